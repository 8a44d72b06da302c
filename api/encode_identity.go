package api

import (
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func encodeUser(u domain.User) gen.User {
	return gen.User{
		ID: string(u.ID), Phone: string(u.Phone), Name: optional(u.Name), Role: gen.Role(u.Role),
		Language: gen.Language(u.Language), CreatedAt: u.CreatedAt,
	}
}

func encodeStaff(u domain.User) gen.Staff {
	return gen.Staff{
		ID: string(u.ID), Phone: string(u.Phone), Name: u.Name, Role: gen.StaffRole(u.Role), Language: gen.Language(u.Language),
		Email: optionalText(u.Email), Disabled: u.Disabled, SecondFactorEnrolled: u.TOTP.Confirmed,
		CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, Version: u.Version,
	}
}

// encodeStaffOutput adds the enrolment code, if one was issued.
func encodeStaffOutput(out identity.StaffOutput) gen.Staff {
	staff := encodeStaff(out.User)
	staff.Enrolment = encodeEnrolment(out)
	return staff
}

// encodeEnrolment returns nil if no code was issued.
func encodeEnrolment(out identity.StaffOutput) *gen.EnrolmentCode {
	if out.EnrolmentCode == "" {
		return nil
	}
	return &gen.EnrolmentCode{Code: out.EnrolmentCode, ExpiresAt: out.EnrolmentExpiresAt}
}

func encodeReviewer(r domain.Reviewer) gen.Reviewer {
	return gen.Reviewer{ID: string(r.ID), Name: r.Name, Role: gen.StaffRole(r.Role), Claims: r.Claims}
}

func encodeAuthenticated(login identity.LoginOutput) gen.Authenticated {
	return gen.Authenticated{
		Outcome:     gen.AuthenticatedOutcomeAUTHENTICATED,
		DeviceToken: optional(login.DeviceToken),
		AccessToken: login.Tokens.AccessToken, AccessExpiresAt: login.Tokens.AccessExpiresAt,
		RefreshToken: optional(login.Tokens.RefreshToken), RefreshExpiresAt: login.Tokens.RefreshExpiresAt,
		User: encodeUser(login.User), RecoveryCodes: login.RecoveryCodes,
	}
}

// encodeLogin returns a complete login, or the demand for the second factor or for a pincode.
func encodeLogin(login identity.LoginOutput) view {
	if pincode := login.Pincode; pincode != nil {
		return view{body: gen.PincodeRequired{
			Outcome: gen.PincodeRequiredOutcomePINCODEREQUIRED, LoginID: string(pincode.LoginID), ExpiresAt: pincode.ExpiresAt,
		}}
	}
	if second := login.SecondFactor; second != nil {
		return view{body: gen.SecondFactorRequired{
			Outcome:           gen.SecondFactorRequiredOutcomeSECONDFACTORREQUIRED,
			SecondFactorToken: second.Token, ExpiresAt: second.ExpiresAt, Enrolled: second.Enrolled,
		}}
	}
	return view{body: encodeAuthenticated(login)}
}

func encodeSession(s domain.Session, current domain.SessionID) gen.Session {
	return gen.Session{
		ID: string(s.ID), Client: (*gen.BrowserClient)(optionalText(s.Client)), Current: s.ID == current,
		CreatedAt: s.CreatedAt, RefreshedAt: s.RefreshedAt, ConfirmedAt: s.ConfirmedAt, ExpiresAt: s.ExpiresAt,
	}
}

func encodeSettings(s domain.Settings) gen.Settings {
	return gen.Settings{
		MinConfidence: s.MinConfidence, SignOffAmount: money(s.SignOffAmount), MaxDeviationPercent: s.MaxDeviationPercent,
		MinComparables: s.LeastComparables(), SearchRadiusKm: s.SearchRadiusKM, ComparableMaxAgeMonths: s.ComparableMaxAgeMonths,
		MaxOpenDrafts: s.Limits.OpenDrafts, MaxSubmissionsPerDay: s.Limits.SubmissionsPerDay,
		MaxPhotosPerDay: s.Limits.PhotosPerDay, MaxStreams: s.Limits.Streams,
		UpdatedAt: moment(s.UpdatedAt), Version: s.Version,
	}
}

func encodeSettingsChange(c domain.SettingsChange) gen.SettingsChange {
	out := gen.SettingsChange{
		Version: c.After.Version, ChangedAt: c.After.UpdatedAt, ChangedBy: string(c.After.UpdatedBy), After: encodeFigures(c.After),
	}
	if c.Before != nil {
		out.Before = new(encodeFigures(*c.Before))
	}
	return out
}

func encodeFigures(s domain.Settings) gen.SettingsFigures {
	return gen.SettingsFigures{
		MinConfidence: s.MinConfidence, SignOffAmount: money(s.SignOffAmount), MaxDeviationPercent: s.MaxDeviationPercent,
		MinComparables: s.MinComparables, SearchRadiusKm: s.SearchRadiusKM, ComparableMaxAgeMonths: s.ComparableMaxAgeMonths,
		MaxOpenDrafts: s.Limits.OpenDrafts, MaxSubmissionsPerDay: s.Limits.SubmissionsPerDay,
		MaxPhotosPerDay: s.Limits.PhotosPerDay, MaxStreams: s.Limits.Streams,
	}
}

func decodeSettings(s gen.UpdateSettingsRequest) domain.Settings {
	return domain.Settings{
		MinConfidence: s.MinConfidence, SignOffAmount: domain.Rupees(s.SignOffAmount.Amount), MaxDeviationPercent: s.MaxDeviationPercent,
		MinComparables: s.MinComparables, SearchRadiusKM: s.SearchRadiusKm, ComparableMaxAgeMonths: s.ComparableMaxAgeMonths,
		Limits: domain.CustomerLimits{
			OpenDrafts: value(s.MaxOpenDrafts), SubmissionsPerDay: value(s.MaxSubmissionsPerDay),
			PhotosPerDay: value(s.MaxPhotosPerDay), Streams: value(s.MaxStreams),
		},
	}
}

func encodeProcessor(p domain.Processor) gen.Processor { return gen.Processor(p) }
