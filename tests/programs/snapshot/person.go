package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/tests/kit/plain"
	"github.com/propflow/propflow/tests/kit/snapshot"
)

// object is a JSON object.
type object = plain.Object

// person is a logged-in user. Requests of one who failed do nothing and return nil, as do those
// of everybody else after it: the world keeps the first error.
type person struct {
	world    *world
	id, role string
	token    string

	phone, secret string // the secret of the authenticator, of staff
}

// login logs a phone in. Staff enrol an authenticator at their first login.
func (w *world) login(ctx context.Context, phone string) *person {
	p := &person{world: w, phone: phone}
	p.enter(ctx)
	return p
}

// enter logs the person in, anew if they were.
func (p *person) enter(ctx context.Context) {
	w, phone := p.world, p.phone
	p.token = ""
	before := w.stack.Vendors.Twilio.OTP(phone)
	sent := p.send(ctx, http.MethodPost, "/auth/otp", object{"phone": phone})
	if w.err != nil {
		return
	}
	code, err := w.stack.Vendors.Twilio.AwaitOTP(ctx, phone, before)
	if err != nil {
		w.err = errors.Join(w.err, err)
		return
	}
	proof := object{"phone": phone, "code": code}
	if id := sent.Text("login_id"); id != "" { // 0.2.0 has none, and refuses the field
		proof["login_id"] = id
	}
	outcome := p.send(ctx, http.MethodPost, "/auth/otp/verify", proof)
	if outcome.Text("outcome") == "SECOND_FACTOR_REQUIRED" {
		p.token = outcome.Text("second_factor_token")
		at := time.Now()
		if p.secret == "" {
			p.secret = p.send(ctx, http.MethodPost, "/auth/totp/enrol", nil).Text("secret")
		} else {
			at = at.Add(30 * time.Second) // the code of this step may have confirmed the enrolment
		}
		code := totp.SecondFactors{}.Code(p.secret, at)
		outcome = p.send(ctx, http.MethodPost, "/auth/totp/verify", object{"code": code})
	}
	p.token, p.id, p.role = outcome.Text("access_token"), outcome.Text("user", "id"), outcome.Text("user", "role")
}

// post sends a request of an operation that takes an Idempotency-Key, and records its answer.
func (p *person) post(ctx context.Context, operation, path string, body object) object {
	return p.record(ctx, operation, plain.Request{Path: path, Body: body.Encode()})
}

// record is post with any body.
func (p *person) record(ctx context.Context, operation string, r plain.Request) object {
	w := p.world
	r.Method, r.Key = http.MethodPost, fmt.Sprintf("snapshot-%s-%d", operation, len(w.replays))
	answer := p.exchange(ctx, r)
	if w.err == nil {
		w.replays = append(w.replays, snapshot.Replay{
			Operation: operation, UserID: p.id, Role: p.role, Path: r.Path, Key: r.Key, ContentType: r.ContentType,
			Body: string(r.Body), Status: answer.Status, Answer: string(answer.Body),
		})
	}
	return answer.Object
}

// send sends a request of any other operation. ifMatch has the ETag of what it changes,
// if it needs one.
func (p *person) send(ctx context.Context, method, path string, body object, ifMatch ...string) object {
	r := plain.Request{Method: method, Path: path, Body: body.Encode()}
	if len(ifMatch) > 0 {
		r.IfMatch = ifMatch[0]
	}
	return p.exchange(ctx, r).Object
}

// exchange sends a request and returns its answer, which must be a success.
func (p *person) exchange(ctx context.Context, r plain.Request) (answer plain.Answer) {
	w := p.world
	if w.err != nil {
		return answer
	}
	r.Token = p.token
	apis := w.only
	if len(apis) == 0 {
		apis = w.stack.APIs
	}
	answer, err := r.Send(ctx, "http://"+apis[w.turns.IntN(len(apis))].Addr())
	if err == nil {
		err = answer.Err()
	}
	if err != nil {
		w.err = fmt.Errorf("%s %s %s: %w", r.Method, r.Path, r.Body, err)
	}
	return answer
}
