package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// settle heals everything, waits for the remaining jobs, and then kills and starts the product
// once more, so that what it returns afterwards comes from its stores and not from memory.
func (w *world) settle(ctx context.Context) error {
	w.stack.Vendors.Twilio.Heal()
	for _, t := range w.targets {
		for _, p := range t.parts {
			if err := heal(ctx, p); err != nil {
				return fmt.Errorf("heal %s: %w", p.Name, err)
			}
		}
	}
	began := time.Now()
	if err := w.drain(ctx); err != nil {
		return err
	}
	w.say("the work that was left is done after %.1f s", time.Since(began).Seconds())
	for _, p := range w.stack.Processes() {
		if err := p.Member.Kill(); err != nil {
			return err
		}
		if err := p.Member.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// drain waits until only recurring jobs are left.
func (w *world) drain(ctx context.Context) error {
	connection, err := pgx.Connect(ctx, w.stack.Postgres.Member.Link())
	if err != nil {
		return err
	}
	defer connection.Close(context.WithoutCancel(ctx))
	// No upload is under way any more, so deletions need not wait until signed uploads expire.
	if _, err := connection.Exec(ctx, `UPDATE river_job SET scheduled_at = now() WHERE kind = 'delete_photo_files' AND state = 'scheduled'`); err != nil {
		return fmt.Errorf("bring the deletions forward: %w", err)
	}
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		var left int
		err := connection.QueryRow(ctx, `SELECT count(*) FROM river_job
			WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled')
			AND kind IN ('inspect_photo', 'render_report', 'send_notification', 'delete_photo_files')`).Scan(&left)
		if err != nil {
			return fmt.Errorf("count the jobs: %w", err)
		}
		if left == 0 {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("%d jobs are left: %w", left, ctx.Err())
		}
	}
}
