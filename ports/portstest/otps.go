package portstest

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// now returns the real time, because stores that expire entries by themselves use it.
func now() time.Time {
	return time.Now().UTC().Truncate(time.Microsecond) //nolint:forbidigo // there is no clock port to ask here
}

// OTPs checks a ports.OTPs. open returns an empty one.
func OTPs(t *testing.T, open func(t *testing.T) ports.OTPs) {
	for name, check := range map[string]func(t *testing.T, o *codes){
		"takes a code once":                 takesCodeOnce,
		"a number has one code":             numberHasOneCode,
		"numbers have codes of their own":   numbersHaveTheirOwn,
		"expires":                           codeExpires,
		"forgets after too many mismatches": forgetsAfterMismatches,
		"a new code has all its attempts":   newCodeStartsOver,
		"one of many racing takes wins":     oneTakeWins,
		"racing guesses are counted":        racingGuessesAreCounted,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, &codes{t: t, otps: open(t), phone: newPhone(), start: now()})
		})
	}
}

type codes struct {
	t     *testing.T
	otps  ports.OTPs
	phone domain.Phone
	start time.Time
}

func (o *codes) put(phone domain.Phone, hash string) {
	o.t.Helper()
	require.NoError(o.t, o.otps.Put(o.t.Context(), phone, hash, o.start.Add(domain.OTPTTL)))
}

func (o *codes) take(phone domain.Phone, hash string, after time.Duration) bool {
	o.t.Helper()
	ok, err := o.otps.Take(o.t.Context(), phone, hash, o.start.Add(after))
	require.NoError(o.t, err)
	return ok
}

func takesCodeOnce(t *testing.T, o *codes) {
	require.False(t, o.take(o.phone, digest(1), 0), "no code was put")
	require.False(t, o.take(o.phone, "", 0))
	o.put(o.phone, digest(1))
	require.True(t, o.take(o.phone, digest(1), time.Minute))
	require.False(t, o.take(o.phone, digest(1), time.Minute), "a code is good once")
}

func numberHasOneCode(t *testing.T, o *codes) {
	o.put(o.phone, digest(1))
	o.put(o.phone, digest(2))
	require.False(t, o.take(o.phone, digest(1), 0))
	require.True(t, o.take(o.phone, digest(2), 0))
}

func numbersHaveTheirOwn(t *testing.T, o *codes) {
	other := newPhone()
	o.put(o.phone, digest(1))
	o.put(other, digest(2))
	for range domain.OTPMaxAttempts {
		require.False(t, o.take(o.phone, digest(2), 0))
	}
	require.True(t, o.take(other, digest(2), 0))
}

func codeExpires(t *testing.T, o *codes) {
	o.put(o.phone, digest(1))
	require.False(t, o.take(o.phone, digest(1), domain.OTPTTL))
	o.put(o.phone, digest(1))
	require.True(t, o.take(o.phone, digest(1), domain.OTPTTL-time.Millisecond))
}

func forgetsAfterMismatches(t *testing.T, o *codes) {
	for misses, want := range map[int]bool{
		0: true, 1: true, domain.OTPMaxAttempts - 1: true, domain.OTPMaxAttempts: false, domain.OTPMaxAttempts + 3: false,
	} {
		o.put(o.phone, digest(1))
		for range misses {
			require.False(t, o.take(o.phone, digest(2), 0))
		}
		require.Equal(t, want, o.take(o.phone, digest(1), 0), "after %d mismatches", misses)
	}
}

func newCodeStartsOver(t *testing.T, o *codes) {
	for range 2 {
		o.put(o.phone, digest(1))
		for range domain.OTPMaxAttempts - 1 {
			require.False(t, o.take(o.phone, digest(2), 0))
		}
	}
	require.True(t, o.take(o.phone, digest(1), 0))
}

var errMismatch = errors.New("mismatch")

func (o *codes) tryTake(hash string) error {
	ok, err := o.otps.Take(o.t.Context(), o.phone, hash, o.start)
	if err == nil && !ok {
		return errMismatch
	}
	return err
}

func oneTakeWins(t *testing.T, o *codes) {
	o.put(o.phone, digest(1))
	errs := race(racers, func(int) error { return o.tryTake(digest(1)) })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			require.ErrorIs(t, err, errMismatch)
		}
	}
	require.Equal(t, 1, won)
}

// racingGuessesAreCounted checks that guessing concurrently does not give more than
// OTPMaxAttempts guesses: after more wrong ones, the right code must not work either.
func racingGuessesAreCounted(t *testing.T, o *codes) {
	o.put(o.phone, digest(1))
	var wrong atomic.Int32
	race(racers, func(i int) error {
		err := o.tryTake(digest(100 + i))
		if errors.Is(err, errMismatch) {
			wrong.Add(1)
		}
		return err
	})
	require.Equal(t, int32(racers), wrong.Load())
	require.False(t, o.take(o.phone, digest(1), 0), "%d guesses at once", racers)
}
