package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/jackc/pgx/v5"
)

// bucket returns a client of the object store.
func (w *world) bucket() *s3.Client {
	b := w.stack.Bucket
	return s3.New(s3.Options{
		BaseEndpoint: &b.Endpoint, Region: b.Region, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(b.AccessKey, b.SecretKey, ""),
	})
}

// finding is one finding of propflow check.
type finding struct {
	Rule, Property, Subject, Note string
	Warning                       bool
}

func (f finding) String() string {
	return strings.Join([]string{f.Rule, f.Property, f.Subject, f.Note}, " ")
}

// check runs propflow check, and returns its findings that are not warnings.
func (w *world) check(ctx context.Context, args ...string) ([]finding, error) {
	output, err := w.stack.Command(ctx, append([]string{"check", "--deep", "--json"}, args...)...)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		return nil, fmt.Errorf("propflow check: %w: %s", err, output)
	}
	var faults []finding
	for line := range strings.Lines(output) {
		var f finding
		if json.Unmarshal([]byte(line), &f) == nil && f.Rule != "" && !f.Warning {
			faults = append(faults, f)
		}
	}
	return faults, nil
}

// judgeStores has the product check its stores. Files that the restored database does not know
// are no fault before their grace is over. After that they must be the only faults, and none
// may be left once they are removed.
func (w *world) judgeStores(ctx context.Context, l loss) error {
	if err := w.drain(ctx); err != nil {
		return err
	}
	w.judgeCommand(ctx, "audit", "verify")
	w.judgeCommand(ctx, "check", "--deep")
	found, err := w.check(ctx, "--grace=1s")
	if err != nil {
		return err
	}
	lost := make(map[string]bool)
	for _, write := range l.lost {
		lost[write.property] = true
	}
	client := w.bucket()
	unexplained := 0
	for _, f := range found {
		if f.Rule != "BLOB_ORPHAN" {
			w.blame("only orphans are left in the object store", f.String())
			continue
		}
		if !lost[f.Property] {
			unexplained++
		}
		if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &w.stack.Bucket.Bucket, Key: &f.Subject}); err != nil {
			return fmt.Errorf("remove an orphan: %w", err)
		}
	}
	w.say("%d files are left of lost writes, and %d of writes whose answer was lost; they are removed", len(found)-unexplained, unexplained)
	w.judgeCommand(ctx, "check", "--deep", "--grace=1s")
	return nil
}

// drain waits until only recurring jobs are left. River's leader takes up again those that were
// running at the end of the archive.
func (w *world) drain(ctx context.Context) error {
	began := time.Now()
	conn, err := pgx.Connect(ctx, w.stack.Postgres.Member.Link())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = await(ctx, "no job is left", func() (bool, error) {
		var left int
		err := conn.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled')
			AND kind IN ('inspect_photo', 'render_report', 'send_notification')`).Scan(&left)
		return left == 0, err
	})
	w.say("the jobs that were left are done after %.1f s", time.Since(began).Seconds())
	return err
}

// reference matches the reference of a case in a message; one-time codes have none.
var reference = regexp.MustCompile(`PF-\d{8}-`)

// judgeMessages blames messages that went out more than twice. Twice is no fault, because the
// restored database may not know that a message went out; the second time it records it.
func (w *world) judgeMessages() {
	once, twice := 0, 0
	for text, copies := range w.stack.Vendors.Twilio.Copies() {
		switch {
		case !reference.MatchString(text.Text):
		case len(copies) > 2:
			w.blame("a message goes out at most twice", fmt.Sprintf("one went out %d times", len(copies)))
		case len(copies) == 2:
			twice++
		default:
			once++
		}
	}
	w.say("%d messages went out once, %d twice", once, twice)
}
