package doctor

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/smtp"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/domain"
)

// maxSupervisors is the maximum number of supervisors that a finding names.
const maxSupervisors = 10

// mail returns the checks that the daily digest can reach the supervisors by e-mail.
func (d Doctor) mail(b *database) []check {
	checks := []check{{string(vendorsArea), "e-mail", d.mailServer}}
	if d.Config.SMTPHost != "" {
		checks = append(checks, b.on(vendorsArea, "supervisors", unreachableByMail))
	}
	return checks
}

// mailServer connects, logs in and disconnects.
func (d Doctor) mailServer(ctx context.Context) []Finding {
	c := d.Config.Mail
	if name, faulty := d.faulty("SMTP_"); faulty {
		return []Finding{vendorsArea.find(Warning, "set it first", "e-mail: not checked, as %s cannot be used", name)}
	}
	if c.SMTPHost == "" {
		return []Finding{vendorsArea.ok("e-mail: off, the daily digest goes to the console")}
	}
	const do = "see that SMTP_HOST, SMTP_PORT and SMTP_TLS fit the server, its certificate and SMTP_USERNAME; jobs try again by themselves"
	server, err := smtp.New(smtp.Config{
		Host: c.SMTPHost, Port: c.SMTPPort, Security: smtp.Security(c.SMTPTLS), Username: c.SMTPUsername, Password: c.SMTPPassword,
		From: c.SMTPFrom, Timeout: d.Limits.Patience,
	}, system.IDs{})
	if err == nil {
		err = server.Check(ctx)
	}
	if err != nil {
		return []Finding{vendorsArea.find(Warning, do, "e-mail: the server cannot be used: %s", cause(err))}
	}
	return []Finding{vendorsArea.ok("e-mail: the server takes messages")}
}

// unreachableByMail lists the supervisors without an address, by their ids.
func unreachableByMail(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	ids, err := rows[struct{ ID string }](ctx, pool, `
		SELECT id::text FROM users WHERE role = $1 AND NOT disabled AND email = '' ORDER BY created_at, id LIMIT $2`,
		string(domain.RoleSupervisor), maxSupervisors+1)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	named := make([]string, 0, maxSupervisors)
	for _, id := range ids[:min(len(ids), maxSupervisors)] {
		named = append(named, id.ID)
	}
	more := ""
	if len(ids) > maxSupervisors {
		more = " and others"
	}
	return []Finding{vendorsArea.find(Warning, "have an ADMIN give the address (updateStaff)",
		"e-mail: no address is known of supervisors %s%s: their digest goes to the console", strings.Join(named, ", "), more)}, nil
}
