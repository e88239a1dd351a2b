package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/apiserver"
)

// server is a management cluster, and what was deleted from it.
type server struct {
	apiserver.Server
	moved   func(s *server) // after each deletion
	deleted []string
}

func (s *server) composition(name string, created time.Time) {
	s.Objects = append(s.Objects, map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v1", "kind": "Composition",
		"metadata": map[string]any{
			"name": name, "uid": "uid-" + name, "resourceVersion": "1", "creationTimestamp": created.UTC().Format(time.RFC3339),
		},
		"spec": map[string]any{"compositeTypeRef": map[string]any{"apiVersion": "dominoc.dev/v1alpha1", "kind": "DominoEnvironment"}},
	})
}

func (s *server) environment(name, composition string) {
	s.Objects = append(s.Objects, map[string]any{
		"apiVersion": "dominoc.dev/v1alpha1", "kind": "DominoEnvironment",
		"metadata": map[string]any{"name": name, "namespace": "domino-" + name},
		"spec":     map[string]any{"crossplane": map[string]any{"compositionRef": map[string]any{"name": composition}}},
	})
}

// collected runs dominoc gc without a terminal.
func collected(t *testing.T, s *server, args ...string) (code int, out, err string) {
	t.Helper()
	return asked(t, context.Background(), s, nil, args...)
}

// asked runs dominoc gc against a cluster in which one Composition is in the
// output, one in use, one too young, and two are neither.
func asked(t *testing.T, ctx context.Context, s *server, in io.Reader, args ...string) (code int, out, err string) {
	t.Helper()
	old := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s.Deleted = func(name string) {
		s.deleted = append(s.deleted, name)
		if s.moved != nil {
			s.moved(s)
		}
	}
	for _, name := range []string{"written", "used", "unused-a", "unused-b"} {
		s.composition(name, old)
	}
	s.composition("young", time.Now())
	s.environment("prod-us", "used")
	dir := t.TempDir()
	api, kubeconfig, failed := s.Start(dir)
	require.NoError(t, failed)
	t.Cleanup(api.Close)
	written := filepath.Join(dir, "rendered", "platform", "compositions")
	require.NoError(t, os.MkdirAll(written, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(written, "written.yaml"), nil, 0o644))

	var stdout, stderr strings.Builder
	code = Run(ctx, append([]string{"gc", "-C", dir, "--kubeconfig", kubeconfig}, args...), Streams{Out: &stdout, Err: &stderr, In: in})
	return code, stdout.String(), strings.ReplaceAll(stderr.String(), api.URL, "SERVER")
}

func TestGCListsWhatNothingNeedsAndRemovesNothing(t *testing.T) {
	s := &server{}
	code, out, err := collected(t, s)
	require.Equal(t, Good, code, err)
	require.Equal(t, `COMPOSITION  OF                 CREATED
unused-a     DominoEnvironment  2026-01-02T03:04:05Z
unused-b     DominoEnvironment  2026-01-02T03:04:05Z
`, out)
	require.Equal(t, "2 Compositions are not needed in the management cluster at SERVER; --yes removes what is listed\n", err)
	require.Empty(t, s.deleted)
}

func TestGCRemovesJustThatWhenItIsTold(t *testing.T) {
	s := &server{}
	code, _, err := collected(t, s, "--yes")
	require.Equal(t, Good, code, err)
	require.Equal(t, []string{"unused-a", "unused-b"}, s.deleted)
	require.Equal(t, "2 removed from the management cluster at SERVER\n", err)
}

func TestGCAsksAndTakesNothingButYesForIt(t *testing.T) {
	const question = "2 Compositions are not needed in the management cluster at SERVER. Remove what is listed, yes or no? [no]: "
	for answer, removes := range map[string]bool{"y\n": true, " Yes \n": true, "yes": true, "\n": false, "no\n": false, "yesterday\n": false, "": false} {
		s := &server{}
		code, out, err := asked(t, context.Background(), s, strings.NewReader(answer))
		require.Equal(t, Good, code, err)
		require.Contains(t, out, "unused-a     DominoEnvironment", "the list comes first")
		require.True(t, strings.HasPrefix(err, question), err)
		if removes {
			require.Len(t, s.deleted, 2, "%q", answer)
			require.Contains(t, err, "2 removed from", "%q", answer)
		} else {
			require.Empty(t, s.deleted, "%q", answer)
			require.True(t, strings.HasSuffix(err, "nothing was removed\n"), "%q: %s", answer, err)
		}
	}
}

// OPERATING.md shows what a person sees, the answer included.
func TestTheGuideShowsGC(t *testing.T) {
	_, out, err := asked(t, context.Background(), &server{}, strings.NewReader("y\n"))
	shown := out + strings.Replace(err, "[no]: ", "[no]: y\n", 1)
	guide, failed := os.ReadFile("../../../OPERATING.md")
	require.NoError(t, failed)
	require.Contains(t, string(guide), "```text\n"+strings.ReplaceAll(shown, "SERVER", "https://management.example.com")+"```\n")
}

func TestGCAsksNobodyAboutAListForPrograms(t *testing.T) {
	s := &server{}
	code, _, err := asked(t, context.Background(), s, strings.NewReader("y\n"), "--format", "json")
	require.Equal(t, Good, code, err)
	require.Equal(t, "2 Compositions are not needed in the management cluster at SERVER; --yes removes what is listed\n", err)
	require.Empty(t, s.deleted)
}

// undecided interrupts the run instead of answering, and then reads on for ever,
// as a terminal does.
type undecided struct{ interrupt func() }

func (u undecided) Read([]byte) (int, error) {
	u.interrupt()
	select {}
}

func TestAQuestionCanBeInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	s := &server{}
	code, _, err := asked(t, ctx, s, undecided{interrupt})
	require.Equal(t, Failed, code, err)
	require.True(t, strings.HasSuffix(err, "[no]: \ndominoc: interrupted\n"), err)
	require.Empty(t, s.deleted)
}

func TestGCLeavesWhatCameIntoUseMeanwhile(t *testing.T) {
	s := &server{moved: func(s *server) { s.environment("staging", "unused-b") }}
	code, _, err := collected(t, s, "--yes")
	require.Equal(t, Good, code, err)
	require.Equal(t, []string{"unused-a"}, s.deleted)
	require.Equal(t, "unused-b is used now, and stays\n1 removed from the management cluster at SERVER\n", err)
}

func TestGCWantsTheOutputOfABuild(t *testing.T) {
	s := &server{}
	code, _, err := collected(t, s, "--out", "elsewhere", "--yes")
	require.Equal(t, Usage, code)
	require.Contains(t, err, "--out elsewhere: holds no output of a build")
	require.Empty(t, s.deleted)
}
