package load_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

const acceptedDigest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

const acceptances = `package policy

import "github.com/dominoc/dominoc/schema/v1alpha1"

accept: v1alpha1.#Acceptances & [
	{environment: "dev", code: "data-loss", object: "bucket-logs", base: "` + acceptedDigest + `", danger: "` + acceptedDigest + `", reason: "copied"},
	{
		environment: ""
		code:        "outage"
		object:      ""
		base:        "` + acceptedDigest + `"
		danger:      "` + acceptedDigest + `"
		reason:      "planned"
	},
]
`

func TestAcceptancesHaveTheirPlaces(t *testing.T) {
	l, dir := folder(t, "policy.cue", acceptances)
	got, found := l.Acceptances(dir)
	require.Empty(t, found)
	require.Equal(t, []v1alpha1.Acceptance{
		{Environment: "dev", Code: "data-loss", Object: "bucket-logs", Base: acceptedDigest, Danger: acceptedDigest, Reason: "copied"},
		{Code: "outage", Base: acceptedDigest, Danger: acceptedDigest, Reason: "planned"},
	}, got.Values)
	for i := range got.Values {
		require.Equal(t, diag.Pos{File: "policy/policy.cue", Line: 6 + i, Column: 2}, got.At(diag.Path{}.Index(i)))
	}
}

func TestAPolicyWithoutAcceptancesHasNone(t *testing.T) {
	l, dir := folder(t, "policy.cue", house)
	got, found := l.Acceptances(dir)
	require.Empty(t, found)
	require.Empty(t, got.Values)
}

func TestAcceptancesStandBesideRules(t *testing.T) {
	l, dir := folder(t, "policy.cue", house+"\naccept: [{environment: \"dev\", code: \"outage\", object: \"\", base: \""+acceptedDigest+"\", danger: \""+acceptedDigest+"\", reason: \"planned\"}]\n")
	got, found := l.Acceptances(dir)
	require.Empty(t, found)
	require.Len(t, got.Values, 1)
	policy, found := l.Policy(dir)
	require.Empty(t, found)
	_, found = policy.Check(nil)
	require.Empty(t, found)
}

func TestAnAcceptanceThatIsWrongIsRefusedAtItsLine(t *testing.T) {
	for name, c := range map[string]struct{ old, with, want string }{
		"no reason":      {`reason: "copied"`, `reason: " "`, "policy/policy.cue:6:"},
		"no digest":      {acceptedDigest + `", reason: "copied"`, `main", reason: "copied"`, "not a digest"},
		"a missing base": {`base: "` + acceptedDigest + `", danger`, `danger`, "missing, and it has no default"},
		"no danger":      {`danger: "` + acceptedDigest + `", reason: "copied"`, `reason: "copied"`, "missing, and it has no default"},
		"a wrong field":  {`object: "bucket-logs"`, `object: "bucket-logs", subject: "x"`, "there is no such field"},
		"a list":         {`environment: "dev"`, `environment: ["dev"]`, "policy/policy.cue:6:"},
	} {
		t.Run(name, func(t *testing.T) {
			l, dir := folder(t, "policy.cue", strings.Replace(acceptances, c.old, c.with, 1))
			got, found := l.Acceptances(dir)
			require.Nil(t, got)
			require.True(t, found.HasErrors())
			require.Contains(t, said(found), c.want)
			require.Contains(t, said(found), "policy/policy.cue:6:")
		})
	}
}
