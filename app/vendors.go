package app

import (
	"context"
	"log/slog"
	"net/url"

	"github.com/go-chi/chi/v5"

	"github.com/propflow/propflow/adapters/smtp"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/notify"
)

// TwilioStatusPath is where the API takes Twilio's reports, below PUBLIC_URL.
const TwilioStatusPath = "/vendors/twilio/status"

// openVendors opens the accounts that the configuration names, and says once which it does
// not. It puts them in the place of what plays them.
func (a *Adapters) openVendors(ctx context.Context, cfg config.Servers, log *slog.Logger) error {
	if cfg.TwilioAccountSID == "" {
		log.WarnContext(ctx, "TWILIO_ACCOUNT_SID is not set: messages go to the console")
	} else {
		callback := statusCallback(cfg)
		if callback == "" {
			log.WarnContext(ctx, "neither TWILIO_STATUS_CALLBACK nor a PUBLIC_URL of https is set: Twilio reports no delivery")
		}
		messenger, err := twilio.New(twilio.Config{
			BaseURL: cfg.TwilioURL, AccountSID: cfg.TwilioAccountSID, AuthToken: cfg.TwilioAuthToken,
			SMSFrom: cfg.TwilioFrom, WhatsAppFrom: cfg.TwilioWhatsAppFrom, StatusCallback: callback,
			SMSContents: cfg.TwilioSMSContents, WhatsAppContents: cfg.TwilioWhatsAppContents,
		}, a.Clock)
		if err != nil {
			return err
		}
		a.Messengers[domain.ChannelSMS], a.Messengers[domain.ChannelWhatsApp] = messenger, messenger
		if callback != "" {
			a.DeliveryReports = messenger.StatusHandler
		}
	}
	if err := a.openMail(ctx, cfg.Mail, log); err != nil {
		return err
	}
	if cfg.VisionKey == "" {
		log.WarnContext(ctx, "GOOGLE_VISION_API_KEY is not set: photos are not analysed")
		return nil
	}
	analyzer, err := vision.New(vision.Config{BaseURL: cfg.VisionURL, Key: cfg.VisionKey}, a.Clock)
	if err != nil {
		return err
	}
	a.ImageAnalyzer = analyzer
	return nil
}

// openMail has e-mail go to the server that the configuration names.
func (a *Adapters) openMail(ctx context.Context, cfg config.Mail, log *slog.Logger) error {
	if cfg.SMTPHost == "" {
		log.WarnContext(ctx, "SMTP_HOST is not set: e-mail goes to the console")
		return nil
	}
	messenger, err := smtp.New(smtp.Config{
		Host: cfg.SMTPHost, Port: cfg.SMTPPort, Security: smtp.Security(cfg.SMTPTLS),
		Username: cfg.SMTPUsername, Password: cfg.SMTPPassword, From: cfg.SMTPFrom,
	}, a.IDs)
	if err != nil {
		return err
	}
	a.Messengers[domain.ChannelEmail] = messenger
	return nil
}

// statusCallback is the URL that Twilio is to report to: the configured one, or else the
// API's own where it can be reached from outside, which plain http at best is in a laboratory.
func statusCallback(cfg config.Servers) string {
	if cfg.TwilioStatusCallback != "" {
		return cfg.TwilioStatusCallback
	}
	if public, err := url.Parse(cfg.PublicURL); err == nil && public.Scheme == "https" {
		return public.JoinPath(TwilioStatusPath).String()
	}
	return ""
}

// vendorRoutes adds the paths that vendors call. They are no operations of the API: each
// vendor signs its requests in its own way.
func (a Adapters) vendorRoutes(r chi.Router, log *slog.Logger) {
	if a.DeliveryReports == nil {
		return
	}
	record := notify.RecordDelivery{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	r.Handle(TwilioStatusPath, a.DeliveryReports(
		func(ctx context.Context, providerID string, delivery domain.Delivery) error {
			err := record.Execute(ctx, notify.RecordDeliveryInput{ProviderID: providerID, Delivery: delivery})
			if err != nil {
				log.ErrorContext(ctx, "delivery not recorded", "delivery", delivery, "error", err)
			}
			return err
		},
	))
}
