package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func TestAJobCarriesWhereItComesFrom(t *testing.T) {
	t.Parallel()
	type key struct{}
	jobs := quick
	jobs.Carry = func(context.Context) map[string]string { return map[string]string{"traceparent": "00-1-2-01"} }
	jobs.Continue = func(ctx context.Context, carried map[string]string, attempt int) context.Context {
		return context.WithValue(ctx, key{}, fmt.Sprint(carried, attempt))
	}
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 6, Jobs: jobs})
	worked := make(chan string, 3)
	handler := ports.JobHandler{Work: func(ctx context.Context, _ string) error {
		seen, _ := ctx.Value(key{}).(string)
		worked <- seen
		return nil
	}}
	start(t, store, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: handler, domain.JobRenderReport: handler})
	enqueue(t, store, domain.Job{Kind: domain.JobInspectPhoto, Subject: "p", Key: "p"})
	assert.Equal(t, "map[traceparent:00-1-2-01] 1", next(t, worked))

	plain := open(t, url, postgres.Options{MaxConns: 6, Jobs: quick})
	enqueue(t, plain, domain.Job{Kind: domain.JobRenderReport, Subject: "v"})
	assert.Equal(t, "map[] 1", next(t, worked), "what carries nothing is worked too")
}
