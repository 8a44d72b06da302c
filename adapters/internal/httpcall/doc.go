// Package httpcall calls the HTTP API of a vendor within bounds: a time limit for each
// request, few tries with random pauses between them, and a circuit breaker, so that an
// outage of the vendor costs neither time nor connections here. Every error is a *Failure,
// which reports what the outcome means for the next request:
//
//	err := client.Retry(ctx, func() error {
//		return client.Do(ctx, http.MethodPost, target, body, read)
//	})
//	if f := httpcall.FailureOf(err); f.Transient { … }
//
// A failure carries neither the URL nor the reply, because both may contain phone numbers,
// credentials and what a photo shows.
//
// It imports ports, failsafe-go and the standard library only, and adapters alone may
// import it.
package httpcall
