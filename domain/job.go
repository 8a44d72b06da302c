package domain

import (
	"cmp"
	"strconv"
	"time"
)

// JobKind names one kind of background work. app/worker maps each to one use case.
type JobKind string

// The kinds of jobs. The first nine have a subject; the periodic ones have none, except
// adopt_evidence, which goes on by one.
const (
	JobInspectPhoto       JobKind = "inspect_photo"        // subject: photo id
	JobRenderReport       JobKind = "render_report"        // subject: valuation id
	JobSendNotification   JobKind = "send_notification"    // subject: notification id
	JobDeletePhotoFiles   JobKind = "delete_photo_files"   // subject: prefix in the object store
	JobPurgeFiles         JobKind = "purge_files"          // subject: folder of a property
	JobDeliverDigest      JobKind = "deliver_digest"       // subject: day and id of a supervisor
	JobReleaseStaffClaims JobKind = "release_staff_claims" // subject: user id
	JobBuildExport        JobKind = "build_export"         // subject: export id
	JobDeleteExport       JobKind = "delete_export"        // subject: export id
	JobSendNotice         JobKind = "send_notice"          // subject: notice, user id and occasion

	JobReleaseIdleClaims JobKind = "release_idle_claims"
	JobExpireFollowUps   JobKind = "expire_follow_ups"
	JobRemindFollowUps   JobKind = "remind_follow_ups"
	JobAlertSLA          JobKind = "alert_sla"
	JobDeleteDrafts      JobKind = "delete_drafts"
	JobDeleteUploads     JobKind = "delete_uploads"
	JobDeleteSessions    JobKind = "delete_sessions"
	JobSendDigest        JobKind = "send_digest"
	JobAnchorAudit       JobKind = "audit_anchors"
	JobSealSecrets       JobKind = "seal_secrets"
	JobSealSecurity      JobKind = "seal_security_log"
	JobPurgeSecurity     JobKind = "purge_security_log"
	JobFinishErasures    JobKind = "finish_erasures"
	JobAdoptEvidence     JobKind = "adopt_evidence" // subject: the id after which to go on, empty for the first
	JobPurgeCases        JobKind = "purge_cases"
	JobForgetExpired     JobKind = "forget_expired"
)

// Job is one piece of background work, delivered at least once. It has only its subject, and
// reads everything else when it runs, because that may have changed by then.
type Job struct {
	Kind    JobKind
	Subject string
	// Key makes the job unique within its kind while it waits or runs: a second job with the
	// same key is dropped. Jobs with an empty key are never dropped.
	Key string
	// RunAt is the earliest time to run.
	RunAt time.Time
}

// MaxJobAttempts is how often a job is tried before it is given up and reported.
const MaxJobAttempts = 8

// RetryDelay returns how long to wait after the n-th failed attempt (1 for the first):
// doubling from one second, at most five minutes.
func RetryDelay(attempt int) time.Duration {
	delay := time.Second
	for i := 1; i < attempt && delay < 5*time.Minute; i++ {
		delay *= 2
	}
	return min(delay, 5*time.Minute)
}

// Periodic is a job that recurs.
type Periodic struct {
	Kind  JobKind
	Every time.Duration
}

// PeriodicJobs lists every recurring job. All schedulers use this list.
var PeriodicJobs = []Periodic{
	{JobReleaseIdleClaims, time.Minute},
	{JobExpireFollowUps, time.Minute},
	{JobRemindFollowUps, time.Minute},
	{JobAlertSLA, time.Minute},
	{JobDeleteDrafts, time.Hour},
	{JobDeleteUploads, time.Hour},
	{JobDeleteSessions, time.Hour},
	{JobSendDigest, 24 * time.Hour},
	{JobAnchorAudit, 24 * time.Hour},
	{JobAdoptEvidence, 24 * time.Hour},
	{JobSealSecrets, time.Hour},
	{JobSealSecurity, time.Minute},
	{JobPurgeSecurity, 24 * time.Hour},
	{JobPurgeCases, 24 * time.Hour},
	{JobFinishErasures, time.Hour},
	{JobForgetExpired, time.Hour},
}

// ReleaseClaims returns the job that releases the claims and reservations of a user who can no
// longer review. Its key is another one for each change of the user: a job that began before the
// change may have missed a claim, so it must not stand for a later one.
func ReleaseClaims(user User, now time.Time) Job {
	key := string(user.ID) + "@" + strconv.FormatInt(user.Version, 10)
	return Job{Kind: JobReleaseStaffClaims, Subject: string(user.ID), Key: key, RunAt: now}
}

// UploadTTL is how long a signed upload may be used.
const UploadTTL = 15 * time.Minute

// DeleteFiles returns the job that deletes everything in a folder of the object store. It runs
// after UploadTTL, because a signed upload could bring a file back until then, and one minute
// later to allow for clocks that differ.
func DeleteFiles(folder BlobFolder, now time.Time) Job {
	key := cmp.Or(string(folder.photo), string(folder.property))
	return Job{Kind: JobDeletePhotoFiles, Subject: folder.String(), Key: key, RunAt: now.Add(UploadTTL + time.Minute)}
}
