package load_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGitOpsIsReadWithItsDefaults(t *testing.T) {
	l, dir := folder(t, "gitops.cue", `package gitops

import "github.com/dominoc/dominoc/schema/v1alpha1"

gitops: v1alpha1.#GitOps & {
	tool: "flux"
	repository: url: "https://github.com/example/fleet"
}
`)
	g, found := l.GitOps(dir)
	require.Empty(t, said(found))
	require.Equal(t, "rendered", g.Values.Repository.Path)
	require.Equal(t, "flux-system", g.Values.Flux.Namespace)
	require.True(t, g.Values.Crossplane.Install)
	require.Equal(t, "gitops/gitops.cue:7:19", g.At([]string{"repository", "url"}).String())
}

// CUE does not name an unknown field beside another mistake of its group.
func TestEveryMistakeOfGitOpsIsTold(t *testing.T) {
	l, dir := folder(t, "gitops.cue", `package gitops

gitops: {
	tool: "argo"
	repository: {
		url:    "ftp://example.com"
		brnach: "main"
	}
	colour: "red"
}
`)
	g, found := l.GitOps(dir)
	require.Nil(t, g)
	require.Equal(t, `gitops/gitops.cue:4:8: gitops.tool: must be "flux" or "argocd", not "argo" [invalid-value]
gitops/gitops.cue:6:11: gitops.repository.url: is not the URL of a Git repository: https:// without a user, or ssh://, with nothing behind ? or #; passwords and tokens belong in a secret of the management cluster [invalid-value]
gitops/gitops.cue:7:3: gitops.repository.brnach: there is no such field [unknown-field]
gitops/gitops.cue:9:2: gitops.colour: there is no such field [unknown-field]
`, said(found))
}

func TestAToolMustBeNamed(t *testing.T) {
	l, dir := folder(t, "gitops.cue", "package gitops\n\ngitops: repository: url: \"https://github.com/example/fleet\"\n")
	_, found := l.GitOps(dir)
	require.Equal(t, "gitops/gitops.cue:3:1: gitops.tool: missing, and it has no default [missing-field]\n", said(found))
}

func TestAURLThatMayHoldAPasswordIsNotQuoted(t *testing.T) {
	l, dir := folder(t, "gitops.cue", `package gitops

gitops: {
	tool: "flux"
	repository: url:   "https://robot:s3cret@github.com/example/fleet"
	oci: url:          "oci://robot:s3cret@registry.example.com/fleet"
	crossplane: chart: "https://robot:s3cret@charts.example.com"
	packages: mirror:  "robot:s3cret@registry.example.com"
}
`)
	_, found := l.GitOps(dir)
	require.Len(t, found, 4)
	for _, d := range found {
		require.NotContains(t, d.Text(), "s3cret")
	}
}

func TestNoTagSwitchesARuleOff(t *testing.T) {
	l, dir := folder(t, "policy.cue", "@if(never)\n\n"+house)
	p, found := l.Policy(dir)
	require.Empty(t, said(found))
	violations, found := p.Check(plans("a"))
	require.Empty(t, said(found))
	require.Len(t, violations, 1)
}
