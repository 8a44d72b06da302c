package redis

import (
	"bufio"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// State is what a server says of itself.
type State struct {
	Version string // such as 7.2.4
	Role    string // master or slave
	// Used and Limit are of its memory, in bytes; a Limit of 0 is none.
	Used, Limit int64
	// Policy says what goes when memory is full, such as noeviction.
	Policy string
}

// State asks the server about itself. Errors: KindUnavailable.
func (c *Client) State(ctx context.Context) (State, error) {
	var text string
	err := c.call(ctx, func(ctx context.Context) (err error) {
		text, err = c.redis.Info(ctx).Result()
		return err
	})
	if err != nil {
		return State{}, err
	}
	values := make(map[string]string)
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if name, value, found := strings.Cut(lines.Text(), ":"); found {
			values[name] = value
		}
	}
	s := State{Version: values["redis_version"], Role: values["role"], Policy: values["maxmemory_policy"]}
	for name, into := range map[string]*int64{"used_memory": &s.Used, "maxmemory": &s.Limit} {
		if *into, err = strconv.ParseInt(values[name], 10, 64); err != nil {
			return State{}, fmt.Errorf("redis: %s: %w", name, err)
		}
	}
	return s, nil
}

// Time is the server's own. Errors: KindUnavailable.
func (c *Client) Time(ctx context.Context) (now time.Time, err error) {
	err = c.call(ctx, func(ctx context.Context) (err error) {
		now, err = c.redis.Time(ctx).Result()
		return err
	})
	return now.UTC(), err
}

// Length counts the events that the stream holds. Errors: KindUnavailable.
func (s *Stream) Length(ctx context.Context) (n int64, err error) {
	err = s.client.call(ctx, func(ctx context.Context) (err error) {
		n, err = s.client.redis.XLen(ctx, s.key).Result()
		return err
	})
	return n, err
}
