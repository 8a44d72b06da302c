package memory

import (
	"cmp"
	"container/heap"
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

type jobs struct{ *unit }

func (s jobs) Enqueue(ctx context.Context, job domain.Job) error {
	if err := s.call(ctx, "Jobs.Enqueue"); err != nil {
		return err
	}
	s.queued = append(s.queued, job)
	return nil
}

// work is a job that waits or runs.
type work struct {
	job      domain.Job
	order    uint64 // jobs due at one time run in the order they came
	at       time.Time
	failures int  // of Work, or of GiveUp if givingUp
	givingUp bool // Work failed for the last time
}

// jobHeap has the job that is due first on top.
type jobHeap []*work

func (h jobHeap) Len() int      { return len(h) }
func (h jobHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h jobHeap) Less(i, j int) bool {
	return cmp.Or(h[i].at.Compare(h[j].at), cmp.Compare(h[i].order, h[j].order)) < 0
}

// Push implements heap.Interface.
func (h *jobHeap) Push(x any) {
	if w, ok := x.(*work); ok {
		*h = append(*h, w)
	}
}

// Pop implements heap.Interface.
func (h *jobHeap) Pop() any {
	old := *h
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return w
}

type jobKey struct {
	kind domain.JobKind
	key  string
}

// backlog contains the jobs that wait or run, and their keys. Its Runner's mutex guards it.
type backlog struct {
	waiting jobHeap
	keys    map[jobKey]bool
	running map[*work]bool
	count   uint64
}

// add queues a job, unless a job of the same kind and (non-empty) key waits or runs.
func (b *backlog) add(job domain.Job) {
	key := jobKey{job.Kind, job.Key}
	if job.Key != "" {
		if b.keys[key] {
			return
		}
		b.keys[key] = true
	}
	b.count++
	heap.Push(&b.waiting, &work{job: job, order: b.count, at: job.RunAt})
}

// take returns the first due job that handles accepts, and marks it running. If there is
// none, next is when the first job that is not yet due will be, zero if there is none.
func (b *backlog) take(now time.Time, handles func(domain.JobKind) bool) (due *work, next time.Time) {
	var others []*work
	defer func() {
		for _, w := range others {
			heap.Push(&b.waiting, w)
		}
	}()
	for len(b.waiting) > 0 && !b.waiting[0].at.After(now) {
		w, _ := heap.Pop(&b.waiting).(*work)
		if w != nil && handles(w.job.Kind) {
			b.running[w] = true
			return w, time.Time{}
		}
		others = append(others, w)
	}
	if len(b.waiting) > 0 {
		next = b.waiting[0].at
	}
	return nil, next
}

// retry queues a job that ran for another attempt.
func (b *backlog) retry(w *work, at time.Time) {
	delete(b.running, w)
	w.at = at
	heap.Push(&b.waiting, w)
}

// settle removes a job that ran and frees its key.
func (b *backlog) settle(w *work) {
	delete(b.running, w)
	delete(b.keys, jobKey{w.job.Kind, w.job.Key})
}
