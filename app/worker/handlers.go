package worker

import (
	"github.com/propflow/propflow/domain"
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

// Jobs are the use cases that run in the background.
type Jobs struct {
	InspectPhoto       capture.InspectPhoto
	DeletePhotoFiles   capture.DeletePhotoFiles
	DeleteUploads      capture.DeleteUploads
	RenderReport       valuation.RenderReport
	SendNotification   notify.SendNotification
	SendNotice         notify.SendNotice
	SendDigest         notify.SendDigest
	DeliverDigest      notify.DeliverDigest
	ReleaseIdleClaims  review.ReleaseIdleClaims
	ReleaseStaffClaims review.ReleaseStaffClaims
	ExpireFollowUps    review.ExpireFollowUps
	RemindFollowUps    review.RemindFollowUps
	AlertSLA           review.AlertSla
	DeleteDrafts       intake.DeleteDrafts
	DeleteSessions     identity.DeleteSessions
	AnchorAudit        assurance.AnchorAudit
	AdoptEvidence      assurance.AdoptEvidence
	SealSecrets        identity.SealSecrets
	SealSecurityLog    assurance.SealSecurityLog
	PurgeSecurityLog   assurance.PurgeSecurityLog
	PurgeCases         privacy.PurgeCases
	PurgeFiles         privacy.PurgeFiles
	ForgetExpired      privacy.ForgetExpired
	FinishErasures     privacy.FinishErasures
	BuildExport        privacy.BuildExport
	DeleteExport       privacy.DeleteExport
}

// Handlers returns the use case of each kind of job.
func (j Jobs) Handlers() map[domain.JobKind]ports.JobHandler {
	return map[domain.JobKind]ports.JobHandler{
		domain.JobInspectPhoto:       {Work: j.InspectPhoto.Execute, GiveUp: j.InspectPhoto.GiveUp},
		domain.JobRenderReport:       {Work: j.RenderReport.Execute, GiveUp: j.RenderReport.GiveUp},
		domain.JobSendNotification:   {Work: j.SendNotification.Execute, GiveUp: j.SendNotification.GiveUp},
		domain.JobDeletePhotoFiles:   {Work: j.DeletePhotoFiles.Execute},
		domain.JobDeleteUploads:      {Work: j.DeleteUploads.Execute},
		domain.JobSendNotice:         {Work: j.SendNotice.Execute},
		domain.JobSendDigest:         {Work: j.SendDigest.Execute},
		domain.JobDeliverDigest:      {Work: j.DeliverDigest.Execute},
		domain.JobReleaseIdleClaims:  {Work: j.ReleaseIdleClaims.Execute},
		domain.JobReleaseStaffClaims: {Work: j.ReleaseStaffClaims.Execute},
		domain.JobExpireFollowUps:    {Work: j.ExpireFollowUps.Execute},
		domain.JobRemindFollowUps:    {Work: j.RemindFollowUps.Execute},
		domain.JobAlertSLA:           {Work: j.AlertSLA.Execute},
		domain.JobDeleteDrafts:       {Work: j.DeleteDrafts.Execute},
		domain.JobDeleteSessions:     {Work: j.DeleteSessions.Execute},
		domain.JobAnchorAudit:        {Work: j.AnchorAudit.Execute},
		domain.JobAdoptEvidence:      {Work: j.AdoptEvidence.Execute},
		domain.JobSealSecrets:        {Work: j.SealSecrets.Execute},
		domain.JobSealSecurity:       {Work: j.SealSecurityLog.Execute},
		domain.JobPurgeSecurity:      {Work: j.PurgeSecurityLog.Execute},
		domain.JobPurgeCases:         {Work: j.PurgeCases.Execute},
		domain.JobPurgeFiles:         {Work: j.PurgeFiles.Execute},
		domain.JobForgetExpired:      {Work: j.ForgetExpired.Execute},
		domain.JobFinishErasures:     {Work: j.FinishErasures.Execute},
		domain.JobBuildExport:        {Work: j.BuildExport.Execute, GiveUp: j.BuildExport.GiveUp},
		domain.JobDeleteExport:       {Work: j.DeleteExport.Execute},
	}
}
