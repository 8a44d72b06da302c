package app

import (
	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/analytics"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports"
)

// keys are the secrets of use cases; they must be the same in every process.
type keys struct {
	pepper  []byte   // keys the hashes of one-time codes
	refresh [][]byte // derive refresh tokens, the first those of new exchanges
}

// useCases connects every operation to its adapters.
func (a Adapters) useCases(keys keys, cfg config.Config) api.UseCases {
	a.UnitOfWork = ports.AllCommitted(a.UnitOfWork)
	var u api.UseCases
	a.wireIdentity(&u, keys, cfg)
	a.wireIntake(&u)
	a.wireCapture(&u)
	a.wireReview(&u)
	a.wireValuation(&u)
	a.wirePrivacy(&u, cfg)
	a.wireRest(&u)
	return u
}

func (a Adapters) wireIdentity(u *api.UseCases, keys keys, cfg config.Config) {
	u.RequestOtp = identity.RequestOtp{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy, PhoneNumbers: a.PhoneNumbers,
		RateLimiter: a.RateLimiter, Quotas: a.Quotas, LoginAttempts: a.LoginAttempts, Afterwards: a.Afterwards,
		Messenger: a.Messengers, CodeSends: a.CodeSends, Pepper: keys.pepper, Limits: cfg.OTPLimits(),
	}
	u.VerifyOtp = identity.VerifyOtp{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy, PhoneNumbers: a.PhoneNumbers,
		Quotas: a.Quotas, LoginAttempts: a.LoginAttempts, AccessTokens: a.AccessTokens, Pepper: keys.pepper,
	}
	u.ConfirmPincode = identity.ConfirmPincode{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy, PhoneNumbers: a.PhoneNumbers,
		LoginAttempts: a.LoginAttempts, AccessTokens: a.AccessTokens, Pepper: keys.pepper,
	}
	u.EnrolTotp = identity.EnrolTotp{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, RateLimiter: a.RateLimiter, SecondFactors: a.SecondFactors, SecretBox: a.SecretBox,
	}
	u.VerifyTotp = identity.VerifyTotp{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy, RateLimiter: a.RateLimiter,
		SecondFactors: a.SecondFactors, SecretBox: a.SecretBox, AccessTokens: a.AccessTokens,
	}
	u.ReplaceTotp = identity.ReplaceTotp{UnitOfWork: a.UnitOfWork, SecondFactors: a.SecondFactors, SecretBox: a.SecretBox}
	u.ConfirmTotp = identity.ConfirmTotp{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, Entropy: a.Entropy, RateLimiter: a.RateLimiter,
		SecondFactors: a.SecondFactors, SecretBox: a.SecretBox,
	}
	u.CreateRecoveryCodes = identity.CreateRecoveryCodes{UnitOfWork: a.UnitOfWork, Clock: a.Clock, Entropy: a.Entropy, SecretBox: a.SecretBox}
	u.RefreshTokens = identity.RefreshTokens{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, AccessTokens: a.AccessTokens, Keys: keys.refresh,
	}
	u.Logout = identity.Logout{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ListSessions = identity.ListSessions{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.RevokeSession = identity.RevokeSession{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.LogoutEverywhere = identity.LogoutEverywhere{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ConfirmIdentity = identity.ConfirmIdentity{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, RateLimiter: a.RateLimiter, SecondFactors: a.SecondFactors, SecretBox: a.SecretBox,
		LoginAttempts: a.LoginAttempts, Pepper: keys.pepper,
	}
	u.GetMe = identity.GetMe{UnitOfWork: a.UnitOfWork}
	u.UpdateMe = identity.UpdateMe{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.CreateStaff = identity.CreateStaff{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy, PhoneNumbers: a.PhoneNumbers, OneAdmin: !cfg.SecondAdmin,
	}
	u.ListStaff = identity.ListStaff{UnitOfWork: a.UnitOfWork}
	u.GetStaff = identity.GetStaff{UnitOfWork: a.UnitOfWork}
	u.UpdateStaff = identity.UpdateStaff{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy, OneAdmin: !cfg.SecondAdmin}
	u.IssueEnrolmentCode = identity.IssueEnrolmentCode{UnitOfWork: a.UnitOfWork, Clock: a.Clock, Entropy: a.Entropy}
	u.RestoreNumber = identity.RestoreNumber{
		UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, PhoneNumbers: a.PhoneNumbers, OneAdmin: !cfg.SecondAdmin,
	}
	u.ListProposals = identity.ListProposals{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.GetProposal = identity.GetProposal{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ConfirmProposal = identity.ConfirmProposal{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.WithdrawProposal = identity.WithdrawProposal{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.GetSettings = identity.GetSettings{UnitOfWork: a.UnitOfWork}
	u.ListSecurityEvents = assurance.ListSecurityEvents{UnitOfWork: a.UnitOfWork}
	u.ListSettingsChanges = identity.ListSettingsChanges{UnitOfWork: a.UnitOfWork}
	u.UpdateSettings = identity.UpdateSettings{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, OneAdmin: !cfg.SecondAdmin}
}

func (a Adapters) wireIntake(u *api.UseCases) {
	u.CreateProperty = intake.CreateProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy}
	u.GetProperty = intake.GetProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ListProperties = intake.ListProperties{UnitOfWork: a.UnitOfWork}
	u.UpdateProperty = intake.UpdateProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.DeleteProperty = intake.DeleteProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.CheckSubmission = intake.CheckSubmission{UnitOfWork: a.UnitOfWork}
	u.SubmitProperty = intake.SubmitProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, Entropy: a.Entropy}
	u.WithdrawProperty = intake.WithdrawProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.LookUpPincode = intake.LookUpPincode{}
	u.ListNearestPincodes = intake.ListNearestPincodes{UnitOfWork: a.UnitOfWork}
}

func (a Adapters) wireCapture(u *api.UseCases) {
	u.IssueChallenge = capture.IssueChallenge{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.CreatePhoto = capture.CreatePhoto{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock, IDs: a.IDs}
	u.CompletePhoto = capture.CompletePhoto{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock, IDs: a.IDs}
	u.ListPhotos = capture.ListPhotos{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}
	u.GetPhoto = capture.GetPhoto{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}
	u.DeletePhoto = capture.DeletePhoto{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.ResolveFlag = capture.ResolveFlag{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.TakeBackResolution = capture.TakeBackResolution{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
}

func (a Adapters) wireReview(u *api.UseCases) {
	u.ListLinks = review.ListLinks{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ListQueue = review.ListQueue{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ClaimNextProperty = review.ClaimNextProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.ClaimProperty = review.ClaimProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.HeartbeatClaim = review.HeartbeatClaim{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ReleaseClaim = review.ReleaseClaim{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.RevokeClaim = review.RevokeClaim{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.ListReviewers = review.ListReviewers{UnitOfWork: a.UnitOfWork}
	u.ReassignClaim = review.ReassignClaim{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.AskFollowUp = review.AskFollowUp{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.AnswerFollowUp = review.AnswerFollowUp{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.RejectProperty = review.RejectProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.FlagProperty = review.FlagProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.SignOffValuation = review.SignOffValuation{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.ReturnValuation = review.ReturnValuation{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
}

func (a Adapters) wireValuation(u *api.UseCases) {
	u.SearchComparables = valuation.SearchComparables{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.CreateComparable = valuation.CreateComparable{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.GetComparable = valuation.GetComparable{UnitOfWork: a.UnitOfWork}
	u.ListComparables = valuation.ListComparables{UnitOfWork: a.UnitOfWork}
	u.WithdrawComparable = valuation.WithdrawComparable{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ImportComparables = valuation.ImportComparables{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.SuggestValuation = valuation.SuggestValuation{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ApproveProperty = valuation.ApproveProperty{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.PreviewValuation = valuation.PreviewValuation{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ListValuations = valuation.ListValuations{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.GetValuation = valuation.GetValuation{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.GetReport = valuation.GetReport{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}
	u.RetryReport = valuation.RetryReport{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
}

func (a Adapters) wirePrivacy(u *api.UseCases, cfg config.Config) {
	u.GetConsentNotice = privacy.GetConsentNotice{Grievance: domain.GrievanceContact{
		Name: cfg.GrievanceName, Email: domain.Email(cfg.GrievanceEmail),
	}}
	u.WithdrawConsent = privacy.WithdrawConsent{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.RecordConsent = privacy.RecordConsent{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.ListConsents = privacy.ListConsents{UnitOfWork: a.UnitOfWork}
	u.GetAuditTrail = privacy.GetAuditTrail{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.CreatePrivacyRequest = privacy.CreatePrivacyRequest{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.ListMyPrivacyRequests = privacy.ListMyPrivacyRequests{UnitOfWork: a.UnitOfWork}
	u.ListPrivacyRequests = privacy.ListPrivacyRequests{UnitOfWork: a.UnitOfWork}
	u.GetPrivacyRequest = privacy.GetPrivacyRequest{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.AnswerPrivacyRequest = privacy.AnswerPrivacyRequest{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.PlaceHold = privacy.PlaceHold{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.ListHolds = privacy.ListHolds{UnitOfWork: a.UnitOfWork}
	u.LiftHold = privacy.LiftHold{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.ExportMe = privacy.ExportMe{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	u.GetMyExport = privacy.GetMyExport{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}
	u.RequestErasure = privacy.RequestErasure{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
}

func (a Adapters) wireRest(u *api.UseCases) {
	u.ListNotifications = notify.ListNotifications{UnitOfWork: a.UnitOfWork}
	u.GetKpis = analytics.GetKpis{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
	u.GetFunnel = analytics.GetFunnel{UnitOfWork: a.UnitOfWork, Clock: a.Clock}
}
