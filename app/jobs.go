package app

import (
	"github.com/propflow/propflow/app/worker"
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

// jobs connects every background use case to its adapters.
func (a Adapters) jobs() worker.Jobs {
	a.UnitOfWork = ports.AllCommitted(a.UnitOfWork)
	return worker.Jobs{
		InspectPhoto: capture.InspectPhoto{
			UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, PhotoInspector: a.PhotoInspector, ImageAnalyzer: a.ImageAnalyzer,
			Clock: a.Clock, IDs: a.IDs,
		},
		DeletePhotoFiles:   capture.DeletePhotoFiles{Blobs: a.Blobs},
		DeleteUploads:      capture.DeleteUploads{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs},
		RenderReport:       valuation.RenderReport{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, ReportRenderer: a.ReportRenderer, Clock: a.Clock, IDs: a.IDs},
		SendNotification:   notify.SendNotification{UnitOfWork: a.UnitOfWork, Clock: a.Clock, Messenger: a.Messengers},
		SendDigest:         notify.SendDigest{UnitOfWork: a.UnitOfWork, Clock: a.Clock},
		SendNotice:         notify.SendNotice{UnitOfWork: a.UnitOfWork, Clock: a.Clock, Messenger: a.Messengers},
		DeliverDigest:      notify.DeliverDigest{UnitOfWork: a.UnitOfWork, Clock: a.Clock, Messenger: a.Messengers},
		ReleaseIdleClaims:  review.ReleaseIdleClaims{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs},
		ReleaseStaffClaims: review.ReleaseStaffClaims{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs},
		ExpireFollowUps:    review.ExpireFollowUps{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs},
		RemindFollowUps:    review.RemindFollowUps{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs},
		AlertSLA:           review.AlertSla{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs},
		DeleteDrafts:       intake.DeleteDrafts{UnitOfWork: a.UnitOfWork, Clock: a.Clock},
		SealSecrets:        identity.SealSecrets{UnitOfWork: a.UnitOfWork, SecretBox: a.SecretBox, Older: a.OlderRelease},
		DeleteSessions:     identity.DeleteSessions{UnitOfWork: a.UnitOfWork, Clock: a.Clock},
		SealSecurityLog:    assurance.SealSecurityLog{UnitOfWork: a.UnitOfWork, Clock: a.Clock},
		PurgeSecurityLog:   assurance.PurgeSecurityLog{UnitOfWork: a.UnitOfWork, Clock: a.Clock},
		AnchorAudit:        assurance.AnchorAudit{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock},
		AdoptEvidence:      assurance.AdoptEvidence{UnitOfWork: a.UnitOfWork, Clock: a.Clock},
		PurgeCases:         privacy.PurgeCases{PurgeCase: privacy.PurgeCase{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}},
		PurgeFiles:         privacy.PurgeFiles{Blobs: a.Blobs},
		ForgetExpired:      privacy.ForgetExpired{UnitOfWork: a.UnitOfWork, Clock: a.Clock},
		FinishErasures:     privacy.FinishErasures{UnitOfWork: a.UnitOfWork, Clock: a.Clock, Blobs: a.Blobs},
		BuildExport:        privacy.BuildExport{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock},
		DeleteExport:       privacy.DeleteExport{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs},
	}
}
