package observe

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel/attribute"
)

// Commands returns a hook that traces Redis commands by name, without keys and values. It is nil
// if t is.
func (t *Traces) Commands() redis.Hook {
	if t == nil {
		return nil
	}
	return commands{t}
}

type commands struct{ traces *Traces }

// DialHook implements redis.Hook.
func (commands) DialHook(next redis.DialHook) redis.DialHook {
	return next
}

// ProcessHook implements redis.Hook.
func (c commands) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, command redis.Cmder) error {
		ctx, span := c.traces.within(ctx, "redis "+command.Name(), attribute.String("db.system.name", "redis"))
		err := next(ctx, command)
		finish(span, err != nil && !errors.Is(err, redis.Nil))
		return err
	}
}

// ProcessPipelineHook implements redis.Hook.
func (c commands) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, all []redis.Cmder) error {
		ctx, span := c.traces.within(ctx, "redis pipeline", attribute.String("db.system.name", "redis"), attribute.Int("db.operation.batch.size", len(all)))
		err := next(ctx, all)
		finish(span, err != nil && !errors.Is(err, redis.Nil))
		return err
	}
}
