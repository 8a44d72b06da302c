package api

import (
	"context"
	"net/http"
	"slices"

	"golang.org/x/text/language"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

// unstored are the statuses that are answered without asking for the caller's language: who the
// caller is is not known, the store may be down, or the answer must stay cheap.
var unstored = []int{http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}

// language returns the language of a problem: the one that an owner has chosen, or else the one
// that the request prefers. Staff read English.
func (p problemWriter) language(r *http.Request, status int) domain.Language {
	if middleware.CallerOf(r.Context()).Identity.Actor.Role.IsStaff() {
		return domain.English
	}
	if p.stored != nil && !slices.Contains(unstored, status) {
		if chosen, ok := p.stored(r.Context()); ok {
			return chosen
		}
	}
	return preferred(r)
}

var languages = language.NewMatcher([]language.Tag{language.English, language.Hindi})

// preferred returns the language of Accept-Language that fits best, English if none does.
func preferred(r *http.Request) domain.Language {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return domain.English
	}
	if _, at, confidence := languages.Match(tags...); confidence != language.No && at == 1 {
		return domain.Hindi
	}
	return domain.English
}

// ownersLanguage returns the language that the calling owner has chosen. ok is false if the caller
// is no owner, or if it cannot be read.
func (s *server) ownersLanguage(ctx context.Context) (chosen domain.Language, ok bool) {
	actor := actorOf(ctx)
	if actor.Role != domain.RoleCustomer {
		return "", false
	}
	user, err := s.UseCases.GetMe.Execute(ctx, identity.GetMeInput{Actor: actor})
	return user.Language, err == nil
}
