package redis

import (
	"bufio"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// State is what a server reports about itself (INFO).
type State struct {
	Version string // such as 7.2.4
	Role    string // master or slave
	// Used and Limit are of its memory, in bytes. A Limit of 0 means no limit.
	Used, Limit int64
	// Policy is what the server evicts when memory is full, such as noeviction.
	Policy string
}

// State returns the state of the server. Errors: KindUnavailable.
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

// Time returns the time of the server's clock. Errors: KindUnavailable.
func (c *Client) Time(ctx context.Context) (now time.Time, err error) {
	err = c.call(ctx, func(ctx context.Context) (err error) {
		now, err = c.redis.Time(ctx).Result()
		return err
	})
	return now.UTC(), err
}

// Length returns the number of events in the stream. Errors: KindUnavailable.
func (s *Stream) Length(ctx context.Context) (n int64, err error) {
	err = s.client.call(ctx, func(ctx context.Context) (err error) {
		n, err = s.client.redis.XLen(ctx, s.key).Result()
		return err
	})
	return n, err
}
