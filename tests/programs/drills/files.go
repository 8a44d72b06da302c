package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// lostVersion spoils the files drill: one object is deleted again after it was brought back.
const lostVersion = "lost-version"

// harm is what is done to an object.
type harm int

const (
	spared harm = iota
	deleted
	overwritten
)

// filesDrill deletes and overwrites objects, and brings them back.
func filesDrill(ctx context.Context, w *world) error {
	w.crew.start(ctx)
	if err := w.crew.await(ctx, w.journeys, w.began); err != nil {
		return err
	}
	w.crew.stop()
	if err := w.drain(ctx); err != nil {
		return err
	}
	w.judgeCommand(ctx, "check", "--deep", "--grace=1s")
	before, err := w.sums(ctx)
	if err != nil {
		return err
	}
	since := time.Now().UTC()
	if err := nextSecond(ctx); err != nil { // stores date versions in whole seconds
		return err
	}
	harmed, err := w.harmFiles(ctx, slices.Sorted(maps.Keys(before)))
	if err != nil {
		return err
	}
	began := time.Now()
	if err := w.judgeHarm(ctx, harmed); err != nil {
		return err
	}
	if err := w.bringBack(ctx, since, harmed); err != nil {
		return err
	}
	w.judgeProcesses()
	w.judgeCommand(ctx, "audit", "verify")
	w.judgeCommand(ctx, "check", "--deep", "--grace=1s")
	rto := time.Since(began)
	after, err := w.sums(ctx)
	if err != nil {
		return err
	}
	lost := 0
	for key, sum := range before {
		if after[key] != sum {
			lost++
			w.blame("every object is what it was", key)
		}
	}
	if lost == 0 {
		w.say("RPO 0 (aim: at most 24 h): all %d objects are what they were", len(before))
	} else {
		w.say("RPO missed: %d of %d objects are not what they were", lost, len(before))
	}
	w.say("RTO %.1f s (aim: at most 1 h), checks included", rto.Seconds())
	return nil
}

// nextSecond waits until the clock's next second begins.
func nextSecond(ctx context.Context) error {
	select {
	case <-time.After(time.Until(time.Now().Truncate(time.Second).Add(time.Second))):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sums returns the SHA-256 of every object, by key.
func (w *world) sums(ctx context.Context) (map[string]string, error) {
	client, name := w.bucket(), w.stack.Bucket.Bucket
	sums := make(map[string]string)
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &name, Key: o.Key})
			if err != nil {
				return nil, err
			}
			sum := sha256.New()
			if _, err := io.Copy(sum, object.Body); err != nil {
				return nil, err
			}
			if err := object.Body.Close(); err != nil {
				return nil, err
			}
			sums[*o.Key] = hex.EncodeToString(sum.Sum(nil))
		}
	}
	return sums, nil
}

// harmFiles deletes about a third of the objects and overwrites another, as the seed decides.
func (w *world) harmFiles(ctx context.Context, keys []string) (map[string]harm, error) {
	client, name := w.bucket(), w.stack.Bucket.Bucket
	harmed := make(map[string]harm, len(keys))
	counts := make(map[harm]int)
	for _, key := range keys {
		var err error
		what := harm(w.random.IntN(3))
		switch what {
		case deleted:
			_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &name, Key: &key})
		case overwritten:
			_, err = client.PutObject(ctx, &s3.PutObjectInput{Bucket: &name, Key: &key, Body: bytes.NewReader([]byte("junk"))})
		case spared:
		}
		if err != nil {
			return nil, fmt.Errorf("harm %s: %w", key, err)
		}
		harmed[key] = what
		counts[what]++
	}
	w.say("%d objects are deleted, %d overwritten, %d spared", counts[deleted], counts[overwritten], counts[spared])
	return harmed, nil
}

// judgeHarm blames the check unless it names what is harmed and nothing else. No checksum is
// recorded of thumbnails and displays, which are made from the original, so the check does not
// notice an overwritten one.
func (w *world) judgeHarm(ctx context.Context, harmed map[string]harm) error {
	found, err := w.check(ctx, "--grace=1s")
	if err != nil {
		return err
	}
	named := make(map[string]string)
	for _, f := range found {
		named[f.Subject] = f.Rule
	}
	unnoticed := 0
	for key, what := range harmed {
		want := map[harm]string{deleted: "BLOB_MISSING", overwritten: "BLOB_DIFFERS"}[what]
		switch got := named[key]; {
		case strings.HasPrefix(key, "audit/"): // the check names these by the number of the anchor
		case what == overwritten && strings.HasSuffix(key, ".jpg") && got == "":
			unnoticed++
		case got != want:
			w.blame("the check names what is harmed, and nothing else", fmt.Sprintf("%s is called %q, not %q", key, got, want))
		}
	}
	w.say("propflow check --deep names %d of them; %d overwritten thumbnails and displays have no checksum", len(named), unnoticed)
	return nil
}

// bringBack runs the command that an operator runs, first without --apply to see what it would
// do. It blames the command unless it names what is harmed and nothing else.
func (w *world) bringBack(ctx context.Context, since time.Time, harmed map[string]harm) error {
	moment := "--since=" + since.Format(time.RFC3339Nano)
	for _, args := range [][]string{{"files", "restore", moment}, {"files", "restore", moment, "--apply"}} {
		output, err := w.stack.Command(ctx, args...)
		if err != nil {
			return fmt.Errorf("propflow files restore: %w: %s", err, output)
		}
		for key, what := range harmed {
			named := strings.Contains(output, " "+key+": ")
			if named != (what != spared) {
				w.blame("propflow files restore tells what is harmed, and nothing else", key)
			}
		}
		lines := strings.Split(strings.TrimSpace(output), "\n")
		w.say("propflow %s: %s", strings.Join(args, " "), strings.Join(lines[max(0, len(lines)-5):], "; "))
	}
	if w.spoil != lostVersion {
		return nil
	}
	key := slices.Sorted(maps.Keys(harmed))[len(harmed)-1]
	_, err := w.bucket().DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &w.stack.Bucket.Bucket, Key: &key})
	return err
}
