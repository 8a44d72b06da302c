package doctor

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/redis"
)

// Memory judges a Redis server's memory.
func Memory(state redis.State) []Finding { return memory(state) }

// Faults judges a table.
func Faults(live, dead, changed, freeze int64) []Finding {
	return table{Name: "photos", Live: live, Dead: dead, Changed: changed, Freeze: freeze}.faults()
}

// Refused says what an error of the object store means.
func Refused(err error) Finding { return bucketArea.refused("write", err) }

// Unreachable says what an error of connecting means.
func Unreachable(err error) Finding { return databaseArea.unreachable(err) }

// Unanswered says what an error of a statement means.
func Unanswered(err error) Finding { return databaseArea.unanswered("part", err) }

// Answers runs checks made of these functions.
func Answers(ctx context.Context, looks ...func(ctx context.Context) []Finding) []Finding {
	checks := make([]check, len(looks))
	for i, look := range looks {
		checks[i] = check{string(jobsArea), "a part", look}
	}
	return answers(ctx, 6*time.Second, checks)
}

// Usage judges how many connections are in use.
var Usage = usage
