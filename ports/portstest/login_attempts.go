package portstest

import (
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

// LoginAttempts checks a ports.LoginAttempts. open returns an empty one.
func LoginAttempts(t *testing.T, open func(t *testing.T) ports.LoginAttempts) {
	for name, check := range map[string]func(t *testing.T, l *loginTries){
		"takes a code once":                     takesCodeOnce,
		"attempts of one number are separate":   attemptsAreSeparate,
		"expires":                               attemptExpires,
		"ends after too many misses":            endsAfterMisses,
		"renews the code and keeps the misses":  renewsCode,
		"renews the attempt of its number only": renewsItsNumberOnly,
		"notes once that a code was not sent":   notesUndelivered,
		"one of many racing tries wins":         oneTryWins,
		"racing misses are counted":             racingMissesAreCounted,
		"racing retries of a failed send":       oneTakesUndelivered,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, &loginTries{t: t, LoginAttempts: open(t), id: domain.LoginID(newID()), start: now()})
		})
	}
}

type loginTries struct {
	ports.LoginAttempts
	t     *testing.T
	id    domain.LoginID
	start time.Time
}

const subject = "subject"

func (l *loginTries) attempt(id domain.LoginID, hash string) domain.LoginAttempt {
	return domain.LoginAttempt{ID: id, Subject: subject, CodeHash: hash, ExpiresAt: l.start.Add(domain.OTPTTL)}
}

func (l *loginTries) begin(id domain.LoginID, hash string) {
	l.t.Helper()
	require.NoError(l.t, l.Begin(l.t.Context(), l.attempt(id, hash)))
}

func (l *loginTries) try(id domain.LoginID, hash string, after time.Duration) domain.CodeCheck {
	l.t.Helper()
	check, err := l.Try(l.t.Context(), id, hash, l.start.Add(after))
	require.NoError(l.t, err)
	return check
}

func (l *loginTries) renew(attempt domain.LoginAttempt, after time.Duration) bool {
	l.t.Helper()
	renewed, err := l.Renew(l.t.Context(), attempt, l.start.Add(after))
	require.NoError(l.t, err)
	return renewed
}

func (l *loginTries) undelivered(id domain.LoginID, subject string, after time.Duration) bool {
	l.t.Helper()
	noted, err := l.TakeUndelivered(l.t.Context(), id, subject, l.start.Add(after))
	require.NoError(l.t, err)
	return noted
}

func takesCodeOnce(t *testing.T, l *loginTries) {
	require.Equal(t, domain.CodeUnknown, l.try(l.id, digest(1), 0), "no attempt began")
	require.Equal(t, domain.CodeUnknown, l.try(l.id, "", 0))
	l.begin(l.id, digest(1))
	require.Equal(t, domain.CodeMatched, l.try(l.id, digest(1), time.Minute))
	require.Equal(t, domain.CodeUnknown, l.try(l.id, digest(1), time.Minute), "a code is good once")
}

func attemptsAreSeparate(t *testing.T, l *loginTries) {
	other := domain.LoginID(newID())
	l.begin(l.id, digest(1))
	l.begin(other, digest(2))
	for range domain.OTPMaxAttempts {
		require.Equal(t, domain.CodeMissed, l.try(l.id, digest(2), 0))
	}
	require.Equal(t, domain.CodeUnknown, l.try(l.id, digest(1), 0), "the attempt has ended")
	require.Equal(t, domain.CodeMatched, l.try(other, digest(2), 0), "misses end their own attempt only")
}

func attemptExpires(t *testing.T, l *loginTries) {
	l.begin(l.id, digest(1))
	require.Equal(t, domain.CodeUnknown, l.try(l.id, digest(1), domain.OTPTTL))
	require.False(t, l.renew(l.attempt(l.id, digest(2)), domain.OTPTTL))
	l.begin(l.id, digest(1))
	require.Equal(t, domain.CodeMatched, l.try(l.id, digest(1), domain.OTPTTL-time.Millisecond))
}

func endsAfterMisses(t *testing.T, l *loginTries) {
	for misses, want := range map[int]domain.CodeCheck{
		0: domain.CodeMatched, 1: domain.CodeMatched, domain.OTPMaxAttempts - 1: domain.CodeMatched, domain.OTPMaxAttempts: domain.CodeUnknown,
	} {
		id := domain.LoginID(newID())
		l.begin(id, digest(1))
		for range misses {
			require.Equal(t, domain.CodeMissed, l.try(id, digest(2), 0))
		}
		require.Equal(t, want, l.try(id, digest(1), 0), "after %d misses", misses)
	}
}

func renewsCode(t *testing.T, l *loginTries) {
	l.begin(l.id, digest(1))
	for range domain.OTPMaxAttempts - 1 {
		l.try(l.id, digest(9), 0)
	}
	later := l.attempt(l.id, digest(2))
	later.ExpiresAt = later.ExpiresAt.Add(time.Minute)
	require.True(t, l.renew(later, time.Minute))
	require.Equal(t, domain.CodeMissed, l.try(l.id, digest(1), domain.OTPTTL), "the earlier code is void")
	require.Equal(t, domain.CodeUnknown, l.try(l.id, digest(2), domain.OTPTTL), "that was the last miss")

	l.begin(l.id, digest(1))
	require.True(t, l.renew(later, time.Minute))
	require.Equal(t, domain.CodeMatched, l.try(l.id, digest(2), domain.OTPTTL), "the new expiry holds")
	require.False(t, l.renew(later, time.Minute), "the attempt was completed")
}

func renewsItsNumberOnly(t *testing.T, l *loginTries) {
	l.begin(l.id, digest(1))
	foreign := l.attempt(l.id, digest(2))
	foreign.Subject = "another"
	require.False(t, l.renew(foreign, 0))
	require.Equal(t, domain.CodeMatched, l.try(l.id, digest(1), 0))
}

func notesUndelivered(t *testing.T, l *loginTries) {
	note := func() { require.NoError(t, l.Undelivered(t.Context(), l.id)) }
	note()
	require.False(t, l.undelivered(l.id, subject, 0), "there is no attempt")
	l.begin(l.id, digest(1))
	require.False(t, l.undelivered(l.id, subject, 0))
	note()
	require.False(t, l.undelivered(l.id, "another", 0))
	require.False(t, l.undelivered(l.id, subject, domain.OTPTTL))
	l.begin(l.id, digest(1))
	note()
	require.True(t, l.renew(l.attempt(l.id, digest(2)), 0))
	require.True(t, l.undelivered(l.id, subject, 0))
	require.False(t, l.undelivered(l.id, subject, 0))
	require.Equal(t, domain.CodeMatched, l.try(l.id, digest(2), 0))
}

// race tries hashes at the same time and returns how often each result came.
func (l *loginTries) race(hash func(i int) string, n int) map[domain.CodeCheck]int {
	l.t.Helper()
	results := make([]domain.CodeCheck, n)
	for _, err := range race(n, func(i int) (err error) {
		results[i], err = l.Try(l.t.Context(), l.id, hash(i), l.start)
		return err
	}) {
		require.NoError(l.t, err)
	}
	counts := make(map[domain.CodeCheck]int)
	for _, r := range results {
		counts[r]++
	}
	return counts
}

func oneTryWins(t *testing.T, l *loginTries) {
	l.begin(l.id, digest(1))
	require.Equal(t, map[domain.CodeCheck]int{domain.CodeMatched: 1, domain.CodeUnknown: racers - 1},
		l.race(func(int) string { return digest(1) }, racers))
}

// racingMissesAreCounted checks that of 100 codes tried at once against one attempt exactly
// OTPMaxAttempts are compared.
func racingMissesAreCounted(t *testing.T, l *loginTries) {
	const guesses = 100
	l.begin(l.id, digest(1))
	require.Equal(t, map[domain.CodeCheck]int{domain.CodeMissed: domain.OTPMaxAttempts, domain.CodeUnknown: guesses - domain.OTPMaxAttempts},
		l.race(func(i int) string { return digest(100 + i) }, guesses))
	require.Equal(t, domain.CodeUnknown, l.try(l.id, digest(1), 0))
}

func oneTakesUndelivered(t *testing.T, l *loginTries) {
	l.begin(l.id, digest(1))
	require.NoError(t, l.Undelivered(t.Context(), l.id))
	taken := make([]bool, racers)
	for _, err := range race(racers, func(i int) (err error) {
		taken[i], err = l.TakeUndelivered(t.Context(), l.id, subject, l.start)
		return err
	}) {
		require.NoError(t, err)
	}
	count := 0
	for _, yes := range taken {
		if yes {
			count++
		}
	}
	require.Equal(t, 1, count)
}
