package api

import (
	"context"
	"net/http"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func (s *server) RequestOtp(ctx context.Context, r gen.RequestOtpRequestObject) (gen.RequestOtpResponseObject, error) {
	client := clientOf(r.Params.PropFlowClient)
	out, err := s.UseCases.RequestOtp.Execute(ctx, identity.RequestOtpInput{
		Phone: r.Body.Phone, LoginID: domain.LoginID(value(r.Body.LoginID)),
		DeviceTokens: deviceTokens(client, r.Params.DashboardDevices, r.Params.CaptureDevices, r.Body.DeviceToken),
	})
	if err != nil {
		return nil, err
	}
	return gen.RequestOtp202JSONResponse{LoginID: string(out.LoginID), ExpiresAt: out.ExpiresAt, ResendAfterSeconds: int(out.ResendAfter.Seconds())}, nil
}

func (s *server) VerifyOtp(ctx context.Context, r gen.VerifyOtpRequestObject) (gen.VerifyOtpResponseObject, error) {
	client := clientOf(r.Params.PropFlowClient)
	devices := deviceTokens(client, r.Params.DashboardDevices, r.Params.CaptureDevices, r.Body.DeviceToken)
	login, err := s.UseCases.VerifyOtp.Execute(ctx, identity.VerifyOtpInput{
		LoginID: domain.LoginID(r.Body.LoginID), Phone: r.Body.Phone, Code: r.Body.Code, Client: client, DeviceTokens: devices,
	})
	if err != nil {
		return nil, err
	}
	cookies := s.keepInCookie(client, &login, devices)
	answer := encodeLogin(login)
	if cookies == nil {
		return answer, nil
	}
	return cookied{cookies, answer.write}, nil
}

func (s *server) ConfirmPincode(ctx context.Context, r gen.ConfirmPincodeRequestObject) (gen.ConfirmPincodeResponseObject, error) {
	client := clientOf(r.Params.PropFlowClient)
	devices := deviceTokens(client, r.Params.DashboardDevices, r.Params.CaptureDevices, r.Body.DeviceToken)
	login, err := s.UseCases.ConfirmPincode.Execute(ctx, identity.ConfirmPincodeInput{
		LoginID: domain.LoginID(r.Body.LoginID), Phone: r.Body.Phone, Pincode: value(r.Body.Pincode), Client: client, DeviceTokens: devices,
	})
	if err != nil {
		return nil, err
	}
	cookies := s.keepInCookie(client, &login, devices)
	answer := gen.ConfirmPincode200JSONResponse(encodeAuthenticated(login))
	if cookies == nil {
		return answer, nil
	}
	return cookied{cookies, answer.VisitConfirmPincodeResponse}, nil
}

func (s *server) EnrolTotp(ctx context.Context, r gen.EnrolTotpRequestObject) (gen.EnrolTotpResponseObject, error) {
	out, err := s.UseCases.EnrolTotp.Execute(ctx, identity.EnrolTotpInput{Identity: identityOf(ctx), Code: r.Body.EnrolmentCode})
	if err != nil {
		return nil, err
	}
	return gen.EnrolTotp200JSONResponse{Secret: out.Secret, OtpauthURI: out.URI}, nil
}

func (s *server) ReplaceTotp(ctx context.Context, _ gen.ReplaceTotpRequestObject) (gen.ReplaceTotpResponseObject, error) {
	out, err := s.UseCases.ReplaceTotp.Execute(ctx, identity.ReplaceTotpInput{Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	return gen.ReplaceTotp200JSONResponse{Secret: out.Secret, OtpauthURI: out.URI}, nil
}

func (s *server) ConfirmTotp(ctx context.Context, r gen.ConfirmTotpRequestObject) (gen.ConfirmTotpResponseObject, error) {
	codes, err := s.UseCases.ConfirmTotp.Execute(ctx, identity.ConfirmTotpInput{Identity: identityOf(ctx), Code: r.Body.Code})
	if err != nil {
		return nil, err
	}
	return gen.ConfirmTotp200JSONResponse{RecoveryCodes: codes}, nil
}

func (s *server) CreateRecoveryCodes(ctx context.Context, _ gen.CreateRecoveryCodesRequestObject) (gen.CreateRecoveryCodesResponseObject, error) {
	codes, err := s.UseCases.CreateRecoveryCodes.Execute(ctx, identity.CreateRecoveryCodesInput{Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	return gen.CreateRecoveryCodes200JSONResponse{RecoveryCodes: codes}, nil
}

func (s *server) VerifyTotp(ctx context.Context, r gen.VerifyTotpRequestObject) (gen.VerifyTotpResponseObject, error) {
	client := clientOf(r.Params.PropFlowClient)
	devices := deviceTokens(client, r.Params.DashboardDevices, r.Params.CaptureDevices, r.Body.DeviceToken)
	login, err := s.UseCases.VerifyTotp.Execute(ctx, identity.VerifyTotpInput{
		Identity: identityOf(ctx), Code: value(r.Body.Code), Recovery: value(r.Body.RecoveryCode), Client: client, DeviceTokens: devices,
	})
	if err != nil {
		return nil, err
	}
	cookies := s.keepInCookie(client, &login, devices)
	answer := gen.VerifyTotp200JSONResponse(encodeAuthenticated(login))
	if cookies == nil {
		return answer, nil
	}
	return cookied{cookies, answer.VisitVerifyTotpResponse}, nil
}

func (s *server) RefreshTokens(ctx context.Context, r gen.RefreshTokensRequestObject) (gen.RefreshTokensResponseObject, error) {
	client := clientOf(r.Params.PropFlowClient)
	token := refreshCookie(client, r.Params.DashboardToken, r.Params.CaptureToken)
	switch {
	case r.Body != nil && client == domain.ClientProgram:
		token = r.Body.RefreshToken
	case r.Body != nil || client == domain.ClientProgram:
		var v domain.Violations
		v.Require(false, "refresh_token", "required", "send it in the body, or "+clientHeader+" and the cookie")
		return nil, v.Err()
	}
	login, err := s.UseCases.RefreshTokens.Execute(ctx, identity.RefreshTokensInput{RefreshToken: token, Client: client})
	if err != nil {
		return nil, err
	}
	cookies := s.keepInCookie(client, &login, nil)
	answer := gen.RefreshTokens200JSONResponse(encodeAuthenticated(login))
	if cookies == nil {
		return answer, nil
	}
	return cookied{cookies, answer.VisitRefreshTokensResponse}, nil
}

func (s *server) Logout(ctx context.Context, r gen.LogoutRequestObject) (gen.LogoutResponseObject, error) {
	client := clientOf(r.Params.PropFlowClient)
	token := refreshCookie(client, r.Params.DashboardToken, r.Params.CaptureToken)
	caller := middleware.CallerOf(ctx)
	if caller.Err != nil && token == "" {
		return nil, caller.Err
	}
	err := s.UseCases.Logout.Execute(ctx, identity.LogoutInput{Identity: caller.Identity, RefreshToken: token})
	if err != nil {
		return nil, err
	}
	if client == domain.ClientProgram {
		return gen.Logout204Response{}, nil
	}
	return cookied{[]*http.Cookie{noCookie(client)}, gen.Logout204Response{}.VisitLogoutResponse}, nil
}

func (s *server) ConfirmIdentity(ctx context.Context, r gen.ConfirmIdentityRequestObject) (gen.ConfirmIdentityResponseObject, error) {
	err := s.UseCases.ConfirmIdentity.Execute(ctx, identity.ConfirmIdentityInput{
		Identity: identityOf(ctx), LoginID: domain.LoginID(value(r.Body.LoginID)), Code: r.Body.Code,
	})
	if err != nil {
		return nil, err
	}
	return gen.ConfirmIdentity204Response{}, nil
}

func (s *server) LogoutEverywhere(ctx context.Context, _ gen.LogoutEverywhereRequestObject) (gen.LogoutEverywhereResponseObject, error) {
	if err := s.UseCases.LogoutEverywhere.Execute(ctx, identity.LogoutEverywhereInput{Actor: actorOf(ctx)}); err != nil {
		return nil, err
	}
	return gen.LogoutEverywhere204Response{}, nil
}

func (s *server) ListSessions(ctx context.Context, _ gen.ListSessionsRequestObject) (gen.ListSessionsResponseObject, error) {
	sessions, err := s.UseCases.ListSessions.Execute(ctx, identity.ListSessionsInput{Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	current := identityOf(ctx).SessionID
	return gen.ListSessions200JSONResponse{Items: each(sessions, func(session domain.Session) gen.Session {
		return encodeSession(session, current)
	})}, nil
}

func (s *server) RevokeSession(ctx context.Context, r gen.RevokeSessionRequestObject) (gen.RevokeSessionResponseObject, error) {
	err := s.UseCases.RevokeSession.Execute(ctx, identity.RevokeSessionInput{Actor: actorOf(ctx), SessionID: domain.SessionID(r.SessionID)})
	if err != nil {
		return nil, err
	}
	return gen.RevokeSession204Response{}, nil
}

func (s *server) GetMe(ctx context.Context, _ gen.GetMeRequestObject) (gen.GetMeResponseObject, error) {
	user, err := s.UseCases.GetMe.Execute(ctx, identity.GetMeInput{Actor: actorOf(ctx)})
	if err != nil {
		return nil, err
	}
	return gen.GetMe200JSONResponse(encodeUser(user)), nil
}

func (s *server) UpdateMe(ctx context.Context, r gen.UpdateMeRequestObject) (gen.UpdateMeResponseObject, error) {
	user, err := s.UseCases.UpdateMe.Execute(ctx, identity.UpdateMeInput{
		Actor: actorOf(ctx), Name: r.Body.Name, Language: (*domain.Language)(r.Body.Language),
	})
	if err != nil {
		return nil, err
	}
	return gen.UpdateMe200JSONResponse(encodeUser(user)), nil
}

// identityOf returns the identity that the caller's token proves.
func identityOf(ctx context.Context) domain.Identity { return middleware.CallerOf(ctx).Identity }
