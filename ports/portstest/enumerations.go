package portstest

import (
	"reflect"

	"github.com/propflow/propflow/domain"
)

// enumerations lists valid values of the types that allow only some. The states are those of
// a claimed case, because a filler sets the claim too.
func enumerations() map[reflect.Type][]string {
	lists := make(map[reflect.Type][]string)
	enumerate(lists, domain.PropertyTypes...)
	enumerate(lists, domain.UnderReview, domain.AwaitingSignOff)
	enumerate(lists, domain.PhotoTypes...)
	enumerate(lists, domain.Rooms...)
	enumerate(lists, domain.PhotoPassed, domain.PhotoFlagged, domain.PhotoFailed)
	enumerate(lists, domain.FlagAccepted, domain.FlagRefused)
	enumerate(lists, domain.OutcomeFlagged, domain.OutcomeFailed)
	enumerate(lists, domain.FindingGlare, domain.FindingTooDark, domain.FindingTooFar)
	enumerate(lists, domain.FormatJPEG, domain.FormatPNG, domain.FormatWebP, domain.FormatHEIC)
	enumerate(lists, domain.FaultNotAnImage, domain.FaultBroken, domain.FaultChecksum)
	enumerate(lists, domain.FollowUpKinds...)
	enumerate(lists, domain.Fields...)
	enumerate(lists, domain.SLALevels...)
	enumerate(lists, domain.ValuerRejectionCodes...)
	enumerate(lists, domain.ComparableSources...)
	enumerate(lists, domain.AdjustTime, domain.AdjustSize, domain.AdjustAge)
	enumerate(lists, domain.Methodologies...)
	enumerate(lists, domain.ValuationAwaitingSignOff, domain.ValuationReturned, domain.ValuationApproved)
	enumerate(lists, domain.RiskLowConfidence, domain.RiskHighAmount, domain.RiskOffModel, domain.RiskFlagged)
	enumerate(lists, domain.Topics...)
	enumerate(lists, domain.ChannelSMS, domain.ChannelWhatsApp, domain.ChannelConsole)
	enumerate(lists, domain.NotificationPending, domain.NotificationSent, domain.NotificationFailed)
	enumerate(lists, domain.DeliveryDelivered, domain.DeliveryUndelivered)
	enumerate(lists, domain.ProposalKinds...)
	enumerate(lists, domain.ProposalConfirmed, domain.ProposalWithdrawn)
	enumerate(lists, domain.StaffRoles...)
	enumerate(lists, domain.Languages...)
	enumerate(lists, domain.ProcessorSMS, domain.ProcessorImageAnalysis, domain.ProcessorErrorTracking)
	enumerate(lists, domain.FunnelSteps...)
	enumerate(lists, domain.ActionClaimed, domain.ActionReleased, domain.ActionRejected)
	enumerate(lists, domain.PrivacyRequestKinds...)
	enumerate(lists, domain.PrivacyGranted, domain.PrivacyRefused)
	enumerate(lists, domain.ExportStates...)
	return lists
}

func enumerate[T ~string](lists map[reflect.Type][]string, values ...T) {
	for _, v := range values {
		lists[reflect.TypeFor[T]()] = append(lists[reflect.TypeFor[T]()], string(v))
	}
}
