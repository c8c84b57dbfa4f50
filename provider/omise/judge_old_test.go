package omise

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// oldJudge is how an answer was judged before strictjson.
func oldJudge(a *answer, operation string) *Error {
	members, problem := parseObject(a.body, maxBody)
	f := fields{members: members}
	isError := f.holds("object", "error")
	code := ""
	if isError {
		code = clean(f.text("code"), maxCode)
	}
	cut := problem != nil && bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{"))
	kind := kindOf(a.status, code, isError, cut)
	if kind == "" {
		if problem != nil {
			return a.failure(operation, KindMalformed, problem.Error())
		}
		return nil
	}
	failure := a.failure(operation, kind, clean(f.text("message"), maxMessage))
	failure.Code = code
	if !isError {
		failure.Message = "the answer is no error object of Omise's"
	}
	return failure
}

// FuzzJudge_AgreesWithTheWalker judges one answer in the old way and in the new one. They differ for what is no JSON
// object, of which the walker believed what it had read until then, for a kind with an escape, and in the words for
// damage.
func FuzzJudge_AgreesWithTheWalker(f *testing.F) {
	all := recorded(f)
	all = append(all, []byte(`{"object":"error","code":"backend_error","message":"no"}`), []byte(`{"object":"error","location":"x","code":"failed_refund","message":"a\u0062"}`))
	statuses := []int{200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 422, 425, 429, 500, 503}
	for i := range all {
		f.Add(uint64(i), uint(i), uint(i), uint8(i), uint(0))
	}
	f.Fuzz(func(t *testing.T, seed uint64, which, status uint, changes uint8, end uint) {
		m := mutation{rand.New(rand.NewPCG(seed, 1))}
		content := all[which%uint(len(all))]
		for range changes % 6 {
			content = m.change(content)
		}
		if end%4 == 1 {
			content = content[:end/4%uint(len(content)+1)]
		}
		one := answer{status: statuses[status%uint(len(statuses))], body: content}
		two := one
		old, now := oldJudge(&one, "retrieve_charge"), two.judge(request{operation: "retrieve_charge", into: &chargeJSON{}})
		if differences["a kind with an escape"](content) {
			return
		}
		if strictjson.Decode(content, maxBody, &struct{}{}) != nil {
			require.NotNil(t, now)
			if one.status/100 == 2 || old.Kind != KindNotFound && old.Code != "backend_error" {
				require.Equal(t, old.Kind, now.Kind)
			}
			return
		}
		require.Equal(t, old, now)
	})
}
