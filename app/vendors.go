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

// TwilioStatusPath is the path below PUBLIC_URL at which Twilio reports deliveries.
const TwilioStatusPath = "/vendors/twilio/status"

// openVendors opens the accounts in the configuration, which replace the console and vision.Off.
// It logs a warning for each account that is missing.
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

// openMail sends e-mail to the server in the configuration instead of the console.
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

// statusCallback returns the URL to which Twilio is to report: the configured one, else the
// API's own if PUBLIC_URL is https. A URL of plain http is used at most in a laboratory, which
// Twilio cannot reach.
func statusCallback(cfg config.Servers) string {
	if cfg.TwilioStatusCallback != "" {
		return cfg.TwilioStatusCallback
	}
	if public, err := url.Parse(cfg.PublicURL); err == nil && public.Scheme == "https" {
		return public.JoinPath(TwilioStatusPath).String()
	}
	return ""
}

// vendorRoutes adds the paths that vendors call. They are not operations of the API, because
// each vendor signs its requests in its own way.
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
