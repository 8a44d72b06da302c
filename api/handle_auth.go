package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func (s *server) RequestOtp(ctx context.Context, r gen.RequestOtpRequestObject) (gen.RequestOtpResponseObject, error) {
	out, err := s.UseCases.RequestOtp.Execute(ctx, identity.RequestOtpInput{
		Phone: r.Body.Phone, Client: middleware.CallerOf(ctx).Client,
	})
	if err != nil {
		return nil, err
	}
	return gen.RequestOtp202JSONResponse{ExpiresAt: out.ExpiresAt, ResendAfterSeconds: int(out.ResendAfter.Seconds())}, nil
}

func (s *server) VerifyOtp(ctx context.Context, r gen.VerifyOtpRequestObject) (gen.VerifyOtpResponseObject, error) {
	login, err := s.UseCases.VerifyOtp.Execute(ctx, identity.VerifyOtpInput{Phone: r.Body.Phone, Code: r.Body.Code})
	if err != nil {
		return nil, err
	}
	var result gen.LoginResult
	if second := login.SecondFactor; second != nil {
		err = result.FromSecondFactorRequired(gen.SecondFactorRequired{
			Outcome:           gen.SecondFactorRequiredOutcomeSECONDFACTORREQUIRED,
			SecondFactorToken: second.Token, ExpiresAt: second.ExpiresAt, Enrolled: second.Enrolled,
		})
	} else {
		err = result.FromAuthenticated(encodeAuthenticated(login))
	}
	return gen.VerifyOtp200JSONResponse(result), err
}

func (s *server) EnrolTotp(ctx context.Context, r gen.EnrolTotpRequestObject) (gen.EnrolTotpResponseObject, error) {
	out, err := s.UseCases.EnrolTotp.Execute(ctx, identity.EnrolTotpInput{Identity: identityOf(ctx), Code: r.Body.EnrolmentCode})
	if err != nil {
		return nil, err
	}
	return gen.EnrolTotp200JSONResponse{Secret: out.Secret, OtpauthURI: out.URI}, nil
}

func (s *server) VerifyTotp(ctx context.Context, r gen.VerifyTotpRequestObject) (gen.VerifyTotpResponseObject, error) {
	login, err := s.UseCases.VerifyTotp.Execute(ctx, identity.VerifyTotpInput{
		Identity: identityOf(ctx), Code: value(r.Body.Code), Recovery: value(r.Body.RecoveryCode),
	})
	if err != nil {
		return nil, err
	}
	return gen.VerifyTotp200JSONResponse(encodeAuthenticated(login)), nil
}

func (s *server) RefreshTokens(ctx context.Context, r gen.RefreshTokensRequestObject) (gen.RefreshTokensResponseObject, error) {
	login, err := s.UseCases.RefreshTokens.Execute(ctx, identity.RefreshTokensInput{RefreshToken: r.Body.RefreshToken})
	if err != nil {
		return nil, err
	}
	return gen.RefreshTokens200JSONResponse(encodeAuthenticated(login)), nil
}

func (s *server) Logout(ctx context.Context, _ gen.LogoutRequestObject) (gen.LogoutResponseObject, error) {
	if err := s.UseCases.Logout.Execute(ctx, identity.LogoutInput{Identity: identityOf(ctx)}); err != nil {
		return nil, err
	}
	return gen.Logout204Response{}, nil
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
