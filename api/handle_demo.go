package api

import (
	"context"
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

// Demo provides what is shown in demo mode only: the messages that would have gone to phones,
// and the authenticator codes of the seeded staff.
type Demo struct {
	Messages func() []DemoMessage // newest first
	Staff    func() []DemoStaff
}

// DemoMessage is a message and the time when it was sent.
type DemoMessage struct {
	At      time.Time
	Message domain.Message
}

// DemoStaff is a member of staff and the code that their authenticator app would show now.
type DemoStaff struct {
	Name     string
	Phone    domain.Phone
	Role     domain.Role
	TOTPCode string
}

func (s *server) ListDemoMessages(context.Context, gen.ListDemoMessagesRequestObject) (gen.ListDemoMessagesResponseObject, error) {
	if s.Demo == nil {
		return nil, domain.NotFound("operation")
	}
	return gen.ListDemoMessages200JSONResponse{
		Items: each(s.Demo.Messages(), func(m DemoMessage) gen.DemoMessage {
			return gen.DemoMessage{
				At: m.At, To: m.Message.To.Address(m.Message.Channel), Channel: string(m.Message.Channel),
				Template: optional(m.Message.Template), Text: m.Message.Text,
			}
		}),
	}, nil
}

func (s *server) ListDemoStaff(context.Context, gen.ListDemoStaffRequestObject) (gen.ListDemoStaffResponseObject, error) {
	if s.Demo == nil {
		return nil, domain.NotFound("operation")
	}
	return gen.ListDemoStaff200JSONResponse{
		Items: each(s.Demo.Staff(), func(d DemoStaff) gen.DemoStaff {
			return gen.DemoStaff{Name: d.Name, Phone: string(d.Phone), Role: gen.StaffRole(d.Role), TotpCode: d.TOTPCode}
		}),
	}, nil
}
