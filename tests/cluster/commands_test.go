package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// asked runs a command of dominoc that reads the management cluster.
func (s *suite) asked(t *testing.T, args ...string) (out, said string, code int) {
	t.Helper()
	kubeconfig, err := s.Kubeconfig()
	require.NoError(t, err)
	out, said, code, err = s.fleet.dominoc.Run(append(args, "--kubeconfig", kubeconfig)...)
	require.NoError(t, err)
	return out, said, code
}

// report is a part of what status prints as JSON.
type report struct {
	Name     string
	Well     bool
	Findings []struct{ State, Place, Says string }
}

func (s *suite) reports(t *testing.T, args ...string) ([]report, int) {
	t.Helper()
	out, said, code := s.asked(t, append([]string{"status", "--format", "json"}, args...)...)
	var reports []report
	require.NoError(t, json.Unmarshal([]byte(out), &reports), "%s%s", out, said)
	return reports, code
}

// waiting holds that status tells what waits from what is wrong, while no provider
// has made anything yet: the control plane waits for its key.
func (s *suite) waiting(environment string) func(*testing.T) {
	return func(t *testing.T) {
		const says = "is not made yet: waits for key ARN (identity/key)"
		require.NoError(t, harness.Eventually(context.Background(), time.Minute, func() error {
			out, said, code := s.asked(t, "status", environment)
			if code != 1 || !strings.Contains(out, says) {
				return fmt.Errorf("exit code %d: %s%s", code, out, said)
			}
			return nil
		}))
		out, said, code := s.asked(t, "outputs", environment)
		require.Equal(t, 1, code)
		require.Contains(t, said, "dominoConfigValues.storage_classes.shared.efs.filesystem_id: waits for storage, which is not made yet\n")
		require.NotContains(t, out, "filesystem_id")
	}
}

// well holds that status, outputs and a watch are content with a fleet that is.
func (s *suite) well(t *testing.T) {
	reports, code := s.reports(t)
	require.Equal(t, 0, code, "%v", reports)
	require.Len(t, reports, len(s.fleet.names()))
	out, said, code := s.asked(t, "status", "--watch")
	require.Equal(t, 0, code, "%s%s", out, said)
	require.Equal(t, len(s.fleet.names()), strings.Count(out, ": ready, "), out)
	out, _, _ = s.asked(t, "status")
	require.Equal(t, len(s.fleet.names()), strings.Count(out, "\n"), "an environment that is well is a line: %s", out)
	t.Log(out)
	for _, name := range s.fleet.names() {
		s.installed(t, name)
	}
}

// installed holds that outputs prints what the status has for the installer.
func (s *suite) installed(t *testing.T, name string) {
	t.Helper()
	xr, err := s.Client.Read(context.Background(), environmentKind, "domino-"+name, name)
	require.NoError(t, err)
	want, found, err := unstructured.NestedMap(xr.Object, "status", "outputs", "dominoConfigValues")
	require.NoError(t, err)
	require.True(t, found)
	out, said, code := s.asked(t, "outputs", name)
	require.Equal(t, 0, code, said)
	got := harness.Object{}
	require.NoError(t, yaml.Unmarshal([]byte(out), &got))
	require.Equal(t, want, got)
}

// foretold is what becomes of the objects of the one environment that was edited,
// as dominoc diff says it of the cluster.
func (s *suite) foretold(t *testing.T, environment string) difference {
	t.Helper()
	out, said, code := s.asked(t, "diff", "--live", "--format", "json")
	require.Equal(t, 0, code, said)
	var document struct {
		Environments []struct {
			Name    string
			Changes []struct{ Kind, Object, Action string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &document), out)
	var d difference
	for _, e := range document.Environments {
		require.Equal(t, environment, e.Name, "nobody edited it")
		for _, c := range e.Changes {
			object := path.Base(c.Kind) + " " + c.Object
			switch c.Action {
			case "create":
				d.made = append(d.made, object)
			case "destroy":
				d.gone = append(d.gone, object)
			default:
				d.changed = append(d.changed, object)
			}
		}
	}
	return d.composed()
}

// collected removes the Compositions that the edits so far left behind: whatever an
// XR leads to stays, and nothing composed moves.
func (s *suite) collected(t *testing.T) {
	require.NoError(t, s.fleet.dominoc.Build("rendered"))
	before, err := s.Client.List(context.Background(), compositionKind, "")
	require.NoError(t, err)
	var said string
	s.unchanged(t, func() {
		var code int
		_, said, code = s.asked(t, "gc", "--yes", "--older-than", "0s")
		require.Equal(t, 0, code, said)
	})
	after, err := s.Client.List(context.Background(), compositionKind, "")
	require.NoError(t, err)
	require.Less(t, len(after), len(before))
	require.Contains(t, said, fmt.Sprintf("%d removed from", len(before)-len(after)))
	written, _ := harness.Split(s.fleet.platform, "Composition")
	require.Len(t, after, len(written), "none but what the build has is needed")
	out, _, code := s.asked(t, "gc", "--older-than", "0s")
	require.Equal(t, 0, code)
	require.Empty(t, out)
}

// identified commits the ids of an environment and compiles it with them: nothing
// in AWS changes, and the environment's objects stay what they are.
func (s *suite) identified(environment string) func(*testing.T) {
	return func(t *testing.T) {
		file := filepath.Join(filepath.Dir(s.sources.file(t, environment)), "ids.cue")
		_, said, code := s.asked(t, "ids", environment, "--check", "-C", s.sources.root)
		require.Equal(t, 1, code, said)
		require.NoFileExists(t, file)
		_, said, code = s.asked(t, "ids", environment, "-C", s.sources.root)
		require.Equal(t, 0, code, said)
		require.Contains(t, said, " new, 0 taken out")
		written, err := os.ReadFile(file)
		require.NoError(t, err)
		_, said, code = s.asked(t, "ids", environment, "-C", s.sources.root)
		require.Equal(t, 0, code, said)
		require.Contains(t, said, "up to date")
		_, said, code = s.asked(t, "ids", environment, "--check", "-C", s.sources.root)
		require.Equal(t, 0, code, said)
		s.change(t, change{title: "IdsAreCommitted", environment: environment})
		s.unconfirmed(t, environment, file, written)
	}
}

// unconfirmed holds that an id that is committed and differs is told and stays.
func (s *suite) unconfirmed(t *testing.T, environment, file string, written []byte) {
	t.Helper()
	vpc := regexp.MustCompile(`"vpc-[0-9a-f]{17}"`)
	require.Regexp(t, vpc, string(written))
	wrong := vpc.ReplaceAllString(string(written), `"vpc-00000000000000000"`)
	require.NoError(t, os.WriteFile(file, []byte(wrong), 0o644))
	_, said, code := s.asked(t, "ids", environment, "-C", s.sources.root)
	require.Equal(t, 1, code, said)
	require.Contains(t, said, "[id-changed]")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, wrong, string(kept))
	require.NoError(t, os.WriteFile(file, written, 0o644))
}
