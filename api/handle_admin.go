package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func (s *server) ListStaff(ctx context.Context, r gen.ListStaffRequestObject) (gen.ListStaffResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListStaff.Execute(ctx, identity.ListStaffInput{Actor: actorOf(ctx), Page: p})
	if err != nil {
		return nil, err
	}
	return gen.ListStaff200JSONResponse{Items: each(list.Items, encodeStaff), NextCursor: nextCursor(list.Next)}, nil
}

func (s *server) CreateStaff(ctx context.Context, r gen.CreateStaffRequestObject) (gen.CreateStaffResponseObject, error) {
	out, err := s.UseCases.CreateStaff.Execute(ctx, identity.CreateStaffInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), Phone: r.Body.Phone, Email: value(r.Body.Email), Name: r.Body.Name, Role: domain.Role(r.Body.Role),
	})
	if err != nil {
		return nil, err
	}
	if p := out.Proposal; p != nil {
		return gen.CreateStaff202JSONResponse(encodeProposal(*p)), nil
	}
	return gen.CreateStaff201JSONResponse{
		Body: encodeStaffOutput(out), Headers: gen.CreateStaff201ResponseHeaders{ETag: etag(out.Version)},
	}, nil
}

func (s *server) GetStaff(ctx context.Context, r gen.GetStaffRequestObject) (gen.GetStaffResponseObject, error) {
	user, err := s.UseCases.GetStaff.Execute(ctx, identity.GetStaffInput{Actor: actorOf(ctx), UserID: domain.UserID(r.UserID)})
	if err != nil {
		return nil, err
	}
	return gen.GetStaff200JSONResponse{
		Body: encodeStaff(user), Headers: gen.GetStaff200ResponseHeaders{ETag: etag(user.Version)},
	}, nil
}

func (s *server) UpdateStaff(ctx context.Context, r gen.UpdateStaffRequestObject) (gen.UpdateStaffResponseObject, error) {
	out, err := s.UseCases.UpdateStaff.Execute(ctx, identity.UpdateStaffInput{
		Actor: actorOf(ctx), UserID: domain.UserID(r.UserID), Version: versionOf(r.Params.IfMatch),
		Change: domain.StaffChange{
			Name: r.Body.Name, Role: (*domain.Role)(r.Body.Role),
			Disabled: r.Body.Disabled, ResetTOTP: value(r.Body.ResetSecondFactor),
			Email: r.Body.Email, RemoveEmail: value(r.Body.RemoveEmail),
		},
	})
	if err != nil {
		return nil, err
	}
	if p := out.Proposal; p != nil {
		return gen.UpdateStaff202JSONResponse(encodeProposal(*p)), nil
	}
	return gen.UpdateStaff200JSONResponse{
		Body: encodeStaffOutput(out), Headers: gen.UpdateStaff200ResponseHeaders{ETag: etag(out.Version)},
	}, nil
}

func (s *server) IssueEnrolmentCode(ctx context.Context, r gen.IssueEnrolmentCodeRequestObject) (gen.IssueEnrolmentCodeResponseObject, error) {
	out, err := s.UseCases.IssueEnrolmentCode.Execute(ctx, identity.IssueEnrolmentCodeInput{
		Actor: actorOf(ctx), UserID: domain.UserID(r.UserID),
	})
	if err != nil {
		return nil, err
	}
	return gen.IssueEnrolmentCode200JSONResponse(*encodeEnrolment(out)), nil
}

func (s *server) GetSettings(ctx context.Context, _ gen.GetSettingsRequestObject) (gen.GetSettingsResponseObject, error) {
	settings, err := s.UseCases.GetSettings.Execute(ctx, identity.GetSettingsInput{Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	return gen.GetSettings200JSONResponse{
		Body: encodeSettings(settings), Headers: gen.GetSettings200ResponseHeaders{ETag: etag(settings.Version)},
	}, nil
}

func (s *server) UpdateSettings(ctx context.Context, r gen.UpdateSettingsRequestObject) (gen.UpdateSettingsResponseObject, error) {
	out, err := s.UseCases.UpdateSettings.Execute(ctx, identity.UpdateSettingsInput{
		Actor: actorOf(ctx), Version: versionOf(r.Params.IfMatch), Settings: decodeSettings(*r.Body),
	})
	if err != nil {
		return nil, err
	}
	if p := out.Proposal; p != nil {
		return gen.UpdateSettings202JSONResponse(encodeProposal(*p)), nil
	}
	return gen.UpdateSettings200JSONResponse{
		Body: encodeSettings(out.Settings), Headers: gen.UpdateSettings200ResponseHeaders{ETag: etag(out.Version)},
	}, nil
}

func (s *server) ListSettingsChanges(ctx context.Context, r gen.ListSettingsChangesRequestObject) (gen.ListSettingsChangesResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListSettingsChanges.Execute(ctx, identity.ListSettingsChangesInput{Actor: actorOf(ctx), Page: p})
	if err != nil {
		return nil, err
	}
	return gen.ListSettingsChanges200JSONResponse{Items: each(list.Items, encodeSettingsChange), NextCursor: nextCursor(list.Next)}, nil
}
