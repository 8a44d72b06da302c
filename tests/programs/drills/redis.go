package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/stack"
)

// lostNotice spoils the Redis drill: the database loses a row too.
const lostNotice = "lost-notice"

// volatile are the kinds of keys that may be lost: those of logins and limits, and those that
// the product makes again.
var volatile = []string{"session", "user", "otp", "rate", "lease", "events", "queue"}

// redisDrill empties Redis while people work.
func redisDrill(ctx context.Context, w *world) error {
	cache := redis.NewClient(&redis.Options{Addr: w.stack.Redis.Addr()})
	defer cache.Close()
	watch, err := journey.NewWatch(ctx, w.staff[valuers].Person)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer watch.Close()
	witness, err := w.enter(ctx, "+919811099001", "", 99_001)
	if err != nil {
		return err
	}
	w.crew.start(ctx)
	if err := w.crew.await(ctx, w.journeys, w.began); err != nil {
		return err
	}
	late, err := w.askForCode(ctx, "+919811099002")
	if err != nil {
		return err
	}
	if err := w.countKeys(ctx, cache); err != nil {
		return err
	}
	flushed := w.crew.harm(false)
	if err := errors.Join(cache.FlushAll(ctx).Err(), cache.ScriptFlush(ctx).Err()); err != nil {
		return err
	}
	w.say("Redis is empty, its scripts too")
	if err := w.logInAgain(ctx, witness, late); err != nil {
		return err
	}
	loggedIn := time.Now()
	if _, err := watch.Await(ctx, func(e propflow.Event) bool { return e.Name == "reset" || e.At.After(flushed) }); err != nil {
		return fmt.Errorf("live events: %w", err)
	}
	heard := time.Now()
	if err := w.crew.await(ctx, w.journeys, flushed); err != nil {
		return err
	}
	w.crew.stop()
	if w.spoil == lostNotice {
		if err := w.loseNotice(ctx); err != nil {
			return err
		}
	}
	if err := w.countKeys(ctx, cache); err != nil {
		return err
	}
	if err := w.judgeFlush(ctx); err != nil {
		return err
	}
	if w.clean() {
		w.say("RPO 0: nothing is lost but logins, codes, limits and what is cached")
	}
	w.say("RTO %.1f s: logged in anew after %.1f s, live events after %.1f s; requests with an access token never stopped",
		maxTime(loggedIn, heard).Sub(flushed).Seconds(), loggedIn.Sub(flushed).Seconds(), heard.Sub(flushed).Seconds())
	return nil
}

// lateLogin is somebody who asked for a code and has not entered it yet.
type lateLogin struct {
	*propflow.ClientWithResponses
	loginID string
}

// askForCode asks for a one-time code for a phone, and returns the client that will enter it.
func (w *world) askForCode(ctx context.Context, phone string) (lateLogin, error) {
	guest, err := propflow.New(stack.APIURL, "", &client{world: w, address: "10.9.9.9"})
	if err != nil {
		return lateLogin{}, err
	}
	sent, err := guest.RequestOtpWithResponse(ctx, nil, propflow.RequestOtpRequest{Phone: phone})
	if err != nil {
		return lateLogin{}, err
	}
	return lateLogin{guest, sent.JSON202.LoginID}, nil
}

// logInAgain blames the product unless people can go on: the access token of the witness, who
// was logged in, still works, though their session has ended; the code of the other, who was
// about to log in, is void; and both log in anew at once.
func (w *world) logInAgain(ctx context.Context, witness *person, late lateLogin) error {
	if _, err := witness.Client.GetMeWithResponse(ctx); err != nil {
		w.blame("access tokens go on", err.Error())
	}
	_, refresh := witness.client.tokens()
	guest, err := propflow.New(stack.APIURL, "", &client{world: w, address: witness.client.address})
	if err != nil {
		return err
	}
	_, err = guest.RefreshTokensWithResponse(ctx, nil, propflow.RefreshTokensJSONRequestBody{RefreshToken: refresh})
	if err != nil {
		w.blame("sessions go on", err.Error())
	}
	const phone = "+919811099002"
	_, err = late.VerifyOtpWithResponse(ctx, nil, propflow.VerifyOtpRequest{LoginID: late.loginID, Phone: phone, Code: w.stack.Vendors.Twilio.OTP(phone)})
	if code := propflow.CodeOf(err); code != "invalid_code" {
		w.blame("codes are void", fmt.Sprintf("one was answered %q", code))
	}
	for _, phone := range []string{witness.phone, phone} {
		if _, err := w.enter(ctx, phone, "", 99_001); err != nil {
			w.blame("people log in anew", err.Error())
		}
	}
	return nil
}

// countKeys prints how many keys of each kind there are, and blames those that are not
// volatile.
func (w *world) countKeys(ctx context.Context, cache *redis.Client) error {
	kinds := make(map[string]int)
	keys := cache.Scan(ctx, 0, "*", 1000).Iterator()
	for keys.Next(ctx) {
		kind := kindOf(keys.Val())
		kinds[kind]++
		if !slices.Contains(volatile, kind) {
			w.blame("Redis holds nothing else", keys.Val())
		}
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		parts = append(parts, fmt.Sprintf("%d %s", kinds[kind], kind))
	}
	w.say("keys in Redis: %s", strings.Join(parts, ", "))
	return keys.Err()
}

// kindOf returns the word of a key that names its kind. It follows the prefix or, if the key is
// of one database, the identity of that: propflow:session:…, propflow:of:7f13:events.
func kindOf(key string) string {
	words := strings.Split(strings.TrimPrefix(key, "propflow:"), ":")
	if words[0] == "of" && len(words) > 2 {
		return words[2]
	}
	return words[0]
}

// loseNotice deletes a notification from the database, a loss that no user notices at once.
func (w *world) loseNotice(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, w.stack.Postgres.Member.Link())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, "DELETE FROM notifications WHERE id = (SELECT id FROM notifications WHERE topic = 'SUBMITTED' LIMIT 1)")
	return err
}

// judgeFlush blames everything that is lost or was done twice.
func (w *world) judgeFlush(ctx context.Context) error {
	w.judgeProcesses()
	there, err := w.observe(ctx)
	if err != nil {
		return err
	}
	writes, _ := w.books.all()
	for _, lost := range compare(writes, there).lost {
		w.blame("every acknowledged write is there", lost.String())
	}
	w.blame("nothing was done twice", w.books.repeated(there, time.Time{})...)
	if w.crew.missed > 0 {
		w.blame("every owner hears of the report", fmt.Sprintf("%d did not", w.crew.missed))
	}
	w.say("%d acknowledged writes are there, %d journeys came to their end", len(writes), len(w.crew.finished))
	if err := w.drain(ctx); err != nil {
		return err
	}
	w.judgeCommand(ctx, "audit", "verify")
	w.judgeCommand(ctx, "check", "--deep", "--grace=1s")
	return nil
}
