package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// restoreDrill loses the database just before it would have archived again, and restores it.
func restoreDrill(ctx context.Context, w *world) error {
	c, err := newCluster(ctx, w.stack.Postgres.Member, w.stack.Folder())
	if err != nil {
		return fmt.Errorf("archive the WAL: %w", err)
	}
	watch, err := journey.NewWatch(ctx, w.staff[valuers].Person)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer watch.Close()
	archive := c.follow(ctx)
	w.crew.start(ctx)
	if err := w.crew.await(ctx, w.journeys, w.began); err != nil {
		return err
	}
	began := time.Now()
	segment, err := c.backUp(ctx)
	if err != nil {
		return fmt.Errorf("base backup: %w", err)
	}
	w.say("a base backup was taken in %.1f s while the work went on, up to WAL %s", time.Since(began).Seconds(), segment)
	if err := archive.archivedPast(ctx, segment); err != nil {
		return err
	}
	if err := archive.worstMoment(ctx, w.archiveTimeout, min(2*time.Second, w.archiveTimeout/3)); err != nil {
		return err
	}
	o, err := w.loseDatabase(ctx, c, archive)
	if err != nil {
		return err
	}
	if err := w.goOn(ctx, &o); err != nil {
		return err
	}
	w.crew.stop()
	return w.judgeRestore(ctx, o, watch)
}

// outage is what happened to the database, and when.
type outage struct {
	killed, restored, recovered, healthy, acknowledged time.Time
	archived                                           string    // newest segment
	kept                                               time.Time // everything acknowledged before was archived
}

// loseDatabase kills the server while it works, deletes its data and restores it.
func (w *world) loseDatabase(ctx context.Context, c *cluster, archive *chronicle) (o outage, err error) {
	o.killed = w.crew.harm(true)
	if err := c.server.Kill(); err != nil {
		return o, err
	}
	o.archived, o.kept = archive.close()
	if err := removeAll(ctx, c.data()); err != nil {
		return o, err
	}
	w.say("PostgreSQL is killed and its data deleted; WAL is archived up to %s", o.archived)
	switch w.spoil {
	case lostSegment:
		err = os.Remove(filepath.Join(c.archive, o.archived))
	case noLabel:
		err = os.Remove(filepath.Join(c.base, "backup_label"))
	}
	if err != nil {
		return o, err
	}
	if err := c.restore(); err != nil {
		return o, fmt.Errorf("restore: %w", err)
	}
	o.restored = time.Now()
	starting, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := c.server.Start(starting); err != nil {
		return o, fmt.Errorf("start the restored server: %w", err)
	}
	if err := await(ctx, "recovery ends", func() (bool, error) { return c.recovered(ctx) }); err != nil {
		return o, err
	}
	o.recovered = time.Now()
	w.say("the base backup is back and recovered to the end of the archive")
	return o, nil
}

// removeAll removes a folder. It tries again if that fails, because the last processes of a
// killed server may still write to it.
func removeAll(ctx context.Context, folder string) error {
	return await(ctx, folder+" can be removed", func() (bool, error) { return os.RemoveAll(folder) == nil, nil })
}

// goOn waits until the product is healthy and acknowledges a write again, and then until more
// journeys are finished.
func (w *world) goOn(ctx context.Context, o *outage) error {
	url := "http://" + w.stack.APIs[0].Addr() + "/health"
	err := await(ctx, "/health answers 200", func() (bool, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return false, err
		}
		response, err := w.http.Do(request)
		if err != nil {
			return false, nil //nolint:nilerr // it is asked again
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	})
	if err != nil {
		return err
	}
	o.healthy = time.Now()
	for o.acknowledged.IsZero() {
		writes, news := w.books.all()
		for _, write := range writes {
			if write.acked.After(o.restored) {
				o.acknowledged = write.acked
				break
			}
		}
		if !o.acknowledged.IsZero() {
			break
		}
		select {
		case <-news:
		case <-ctx.Done():
			return errors.New("no write was acknowledged any more")
		}
	}
	w.say("the product is healthy and acknowledges writes, without a restart")
	return w.crew.await(ctx, w.journeys, o.restored)
}

// judgeRestore compares what is there with what was acknowledged.
func (w *world) judgeRestore(ctx context.Context, o outage, watch *journey.Watch) error {
	w.judgeProcesses()
	there, err := w.observe(ctx)
	if err != nil {
		return err
	}
	writes, _ := w.books.all()
	var before, after []write
	for _, write := range writes {
		if write.acked.Before(o.restored) {
			before = append(before, write)
		} else {
			after = append(after, write)
		}
	}
	l := compare(before, there)
	w.blame("what is lost is the end, without a hole before it", l.holes()...)
	w.blame("everything that was archived is there", l.before(o.kept)...)
	for _, lost := range compare(after, there).lost {
		w.blame("everything since the restoration is there", lost.String())
	}
	w.blame("nothing was done twice", w.books.repeated(there, o.restored)...)
	rpo, rto := l.rpo(o.killed), maxTime(o.healthy, o.acknowledged).Sub(o.killed)
	w.printLoss(l, o)
	w.judgeMessages()
	w.judgeForgotten(ctx, l)
	w.judgeLive(watch, o.restored)
	if err := w.judgeStores(ctx, l); err != nil {
		return err
	}
	w.say("RPO %.1f s (aim: at most %v): %d of %d acknowledged writes are lost", rpo.Seconds(), w.objective, len(l.lost), len(before))
	w.say("RTO %.1f s (aim: at most 1 h): restored after %.1f s, recovered after %.1f s, healthy after %.1f s, a write acknowledged after %.1f s", rto.Seconds(),
		o.restored.Sub(o.killed).Seconds(), o.recovered.Sub(o.killed).Seconds(), o.healthy.Sub(o.killed).Seconds(), o.acknowledged.Sub(o.killed).Seconds())
	if rpo > w.objective {
		w.blame("the RPO is met", fmt.Sprintf("it is %v", rpo))
	}
	return nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// judgeForgotten has the owners whose drafts are lost go on with a new one. If their account is
// lost too, the answer must be session_ended, after which they log in again.
func (w *world) judgeForgotten(ctx context.Context, l loss) {
	unknown, owners := 0, w.books.properties()
	for _, write := range l.lost {
		if write.action != "property.created" {
			continue
		}
		owner := journey.Owner{Person: owners[write.property].Person}
		err := owner.Consent(ctx)
		if err == nil {
			_, err = owner.Draft(ctx, journey.DefaultProperty())
		}
		switch code := propflow.CodeOf(err); {
		case code == "session_ended":
			unknown++
		case err != nil:
			w.blame("owners whose drafts are lost go on, or log in again", err.Error())
		}
	}
	w.say("%d owners are not known any more: they log in again", unknown)
}

// printLoss prints which writes are lost.
func (w *world) printLoss(l loss, o outage) {
	w.say("everything that was acknowledged up to %s is in the archive; killed at %s", o.kept.Format("15:04:05.000"), o.killed.Format("15:04:05.000"))
	if len(l.there) > 0 {
		w.say("newest that is there: %s", l.there[len(l.there)-1])
	}
	if len(l.lost) > 0 {
		w.say("oldest that is lost:  %s", l.lost[0])
		w.say("newest that is lost:  %s", l.lost[len(l.lost)-1])
	}
	w.say("%d journeys were ended by the loss, and their owners began anew", w.crew.broken)
}

// judgeLive blames a stream that was open all the time unless it delivers an event of what
// happened after the restoration, or a reset, after which clients read everything again.
func (w *world) judgeLive(watch *journey.Watch, since time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), late)
	defer cancel()
	event, err := watch.Await(ctx, func(e propflow.Event) bool { return e.Name == "reset" || e.At.After(since) })
	if err != nil {
		w.blame("live events go on", err.Error())
		return
	}
	w.say("live events go on over the streams that were open: first %s", event.Name)
	if w.crew.missed > 0 {
		w.blame("every owner hears of the report", fmt.Sprintf("%d did not", w.crew.missed))
	}
}
