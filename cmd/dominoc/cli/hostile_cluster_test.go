package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/tests/apiserver"
)

// cluster is a management cluster with one environment: its network has a VPC that is
// well and a subnet that AWS refuses, and waits for another; a Composition of it is
// pinned, and one is not used.
const cluster = `
apiVersion: dominoc.dev/v1alpha1
kind: DominoEnvironment
metadata: {name: dev, namespace: domino-dev, uid: uid-root, creationTimestamp: "2026-01-02T03:04:05Z"}
spec:
  common: {account: "123456789012", region: us-west-2}
  crossplane:
    compositionRef: {name: pinned}
    resourceRefs: [{apiVersion: dominoc.dev/v1alpha1, kind: DominoNetwork, name: dev-network}]
  outputs: {given: x}
status:
  cluster: {version: "1.35"}
  conditions: [{type: Synced, status: "True"}, {type: Ready, status: "False", reason: Creating, message: not yet}]
  outputs:
    region: us-west-2
    dominoConfigValues: {storage: {id: fs-1}, "key": [list, {inner: text}]}
---
apiVersion: dominoc.dev/v1alpha1
kind: DominoNetwork
metadata: {name: dev-network, namespace: domino-dev, uid: uid-network, annotations: {crossplane.io/composition-resource-name: network}}
spec:
  crossplane:
    compositionRef: {name: pinned}
    resourceRefs:
    - {apiVersion: ec2.aws.m.upbound.io/v1beta1, kind: VPC, name: dev-network-vpc}
    - {apiVersion: ec2.aws.m.upbound.io/v1beta1, kind: Subnet, name: dev-network-private-z0}
    - {apiVersion: ec2.aws.m.upbound.io/v1beta1, kind: RouteTable, name: dev-network-routes}
    - {apiVersion: ec2.aws.m.upbound.io/v1beta1, kind: InternetGateway, name: dev-network-internet-gateway}
status:
  conditions: [{type: Synced, status: "False", reason: ReconcileError, message: "cannot compose resources: no"}, {type: Ready, status: "False", message: waiting}]
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: VPC
metadata:
  name: dev-network-vpc
  namespace: domino-dev
  annotations: {crossplane.io/composition-resource-name: vpc, crossplane.io/external-name: vpc-0a1b2c3d4e5f60718, crossplane.io/external-create-succeeded: "2026-01-02T03:04:05Z"}
status: {conditions: [{type: Synced, status: "True"}, {type: Ready, status: "True"}]}
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: Subnet
metadata:
  name: dev-network-private-z0
  namespace: domino-dev
  annotations: {crossplane.io/composition-resource-name: private-z0, crossplane.io/external-name: subnet-0a1b2c3d}
spec: {forProvider: {vpcIdRef: {name: dev-network-routes}}}
status:
  conditions:
  - {type: Synced, status: "False", reason: ReconcileError, lastTransitionTime: "2026-01-02T03:04:05Z", message: "create failed: api error InvalidSubnet.Range: The CIDR is invalid"}
  - {type: Ready, status: "False", reason: Creating, message: creating}
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: RouteTable
metadata: {name: dev-network-routes, namespace: domino-dev, uid: uid-routes, creationTimestamp: "2026-01-02T03:04:05Z", annotations: {crossplane.io/composition-resource-name: routes-public}}
spec: {forProvider: {}}
---
apiVersion: ec2.aws.m.upbound.io/v1beta1
kind: InternetGateway
metadata: {name: dev-network-internet-gateway, namespace: domino-dev, annotations: {crossplane.io/composition-resource-name: internet-gateway, crossplane.io/paused: "true"}}
---
apiVersion: v1
kind: Event
metadata: {name: one, namespace: domino-dev}
type: Warning
reason: CannotResolve
message: it cannot be done
involvedObject: {uid: uid-routes}
lastTimestamp: "2026-01-02T03:04:05Z"
---
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: pinned, uid: uid-pinned, creationTimestamp: "2026-01-02T03:04:05Z"}
spec:
  compositeTypeRef: {apiVersion: dominoc.dev/v1alpha1, kind: DominoEnvironment}
  pipeline:
  - input:
      resources:
      - name: cluster
        patches:
        - {type: FromCompositeFieldPath, fromFieldPath: spec.missing, policy: {fromFieldPath: Required}}
        - {type: ToCompositeFieldPath, fromFieldPath: status.atProvider.id, toFieldPath: status.outputs.certificate}
---
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: unused, uid: uid-unused, creationTimestamp: "2026-01-02T03:04:05Z"}
spec: {compositeTypeRef: {apiVersion: dominoc.dev/v1alpha1, kind: DominoEnvironment}}
`

// objects returns those of the cluster, in which every text and every key says something
// hostile behind what it says; but those by which an object is found and a condition
// means something, and those that keep says.
func objects(t *testing.T, keep func(path string) bool) []map[string]any {
	t.Helper()
	all, err := emit.Objects([]byte(cluster))
	require.NoError(t, err)
	for _, object := range all {
		object["spec"] = spoiled("spec", object["spec"], keep)
		object["status"] = spoiled("status", object["status"], keep)
		object["message"], object["reason"] = spoiled("message", object["message"], keep), spoiled("reason", object["reason"], keep)
		metadata := object["metadata"].(map[string]any)
		metadata["annotations"] = spoiled("annotations", metadata["annotations"], keep)
		if metadata["name"] == "unused" && !keep("name") {
			metadata["name"] = "unused" + hostile
		}
	}
	return all
}

// spoiled returns a value with hostile texts in it. A map has a hostile key more where the
// keys are free.
func spoiled(path string, value any, keep func(string) bool) any {
	switch v := value.(type) {
	case string:
		for _, fixed := range []string{"type", "status", "reason", "apiVersion", "kind", "name", "Time", "lastTransitionTime", "fromFieldPath", "composition-resource-name", "create-succeeded", "paused"} {
			if !strings.HasSuffix(path, "external-name") && (strings.HasSuffix(path, "."+fixed) || strings.HasSuffix(path, "/"+fixed) || strings.HasSuffix(path, "-"+fixed)) {
				return v
			}
		}
		if keep(path) {
			return v
		}
		return v + hostile
	case []any:
		for i := range v {
			v[i] = spoiled(path+"[]", v[i], keep)
		}
	case map[string]any:
		for name := range v {
			v[name] = spoiled(path+"."+name, v[name], keep)
		}
		if strings.HasSuffix(path, "dominoConfigValues") {
			v["key"+hostile] = "value" + hostile
		}
	}
	return value
}

// managed returns a folder with the environment of the cluster, and a kubeconfig.
func managed(t *testing.T, s *apiserver.Server) (dir, kubeconfig string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range map[string]string{
		"environments/dev/environment.yaml": `name: dev
account: "123456789012"
region: us-west-2
zones: [us-west-2a]
controlPlaneZones: [us-west-2a, us-west-2b]
domain: {fqdn: dev.example.com}
cluster: {version: "1.35", inCluster: none}
pools: {platform: {}, default: {}}
`,
		"rendered/platform/compositions/written.yaml": "",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	listening, kubeconfig, err := s.Start(dir)
	require.NoError(t, err)
	t.Cleanup(listening.Close)
	return dir, kubeconfig
}

// ran runs a command and gives what it printed.
func ran(in io.Reader, dir, kubeconfig string, args ...string) (out, said string) {
	var stdout, stderr bytes.Buffer
	args = append([]string{"-C", dir}, append(args, "--kubeconfig", kubeconfig)...)
	Run(context.Background(), args, Streams{Out: &stdout, Err: &stderr, In: in})
	return stdout.String(), stderr.String()
}

// reading are the commands that print what a management cluster says.
var reading = [][]string{
	{"status"}, {"status", "dev"}, {"status", "dev", "--format", "json"}, {"status", "--color", "always"},
	{"outputs", "dev"}, {"outputs", "dev", "--all"}, {"outputs", "dev", "--all", "--format", "json"}, {"outputs", "dve"},
	{"ids"}, {"ids", "dev", "--check"}, {"gc"}, {"gc", "--format", "json"}, {"gc", "--yes"}, {"diff", "--live"}, {"diff", "--live", "--format", "json"}, {"diff", "--live", "--format", "markdown"},
}

// withoutColors returns a text without the colours that status uses.
func withoutColors(text string) string {
	for _, ours := range []string{"\x1b[1;31m", "\x1b[1m", "\x1b[33m", "\x1b[36m", "\x1b[32m", "\x1b[0m"} {
		text = strings.ReplaceAll(text, ours, "")
	}
	return text
}

func nothing(string) bool { return false }

func TestNothingThatAClusterSaysIsPrintedRaw(t *testing.T) {
	printed := map[string]bool{}
	for _, args := range reading {
		s := &apiserver.Server{Objects: objects(t, nothing)}
		dir, kubeconfig := managed(t, s)
		out, said := ran(nil, dir, kubeconfig, args...)
		require.NotEmpty(t, out+said, args)
		for _, text := range []string{out, said} {
			requireNothingHidden(t, withoutColors(text))
		}
		printed[args[0]] = printed[args[0]] || strings.Contains(out+said, "Ü環")
	}
	require.Equal(t, map[string]bool{"status": true, "outputs": true, "ids": true, "gc": true, "diff": true}, printed, "nothing hostile was printed")
}

// An answer may be the error itself, and so may what the cluster is called.
func TestNoErrorOfAClusterIsPrintedRaw(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusConflict, http.StatusInternalServerError, http.StatusTooManyRequests} {
		for _, args := range reading {
			s := &apiserver.Server{Objects: objects(t, nothing)}
			s.Fails = func(method, path string) (int, string) {
				if strings.HasSuffix(path, "/v1alpha1") || strings.HasSuffix(path, "/v1") || status == http.StatusTooManyRequests && !strings.HasSuffix(path, "compositions") {
					return 0, ""
				}
				return status, "refused" + hostile
			}
			dir, kubeconfig := managed(t, s)
			out, said := ran(nil, dir, kubeconfig, args...)
			requireNothingHidden(t, withoutColors(out))
			requireNothingHidden(t, withoutColors(said))
			if status == http.StatusForbidden {
				require.Contains(t, said, "Ü環", args)
			}
		}
	}
	dir := t.TempDir()
	kubeconfig := filepath.Join(dir, "kubeconfig")
	content, err := yaml.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "a" + hostile,
		"clusters": []any{map[string]any{"name": "c" + hostile, "cluster": map[string]any{"server": "https://h" + hostile}}},
		"contexts": []any{map[string]any{"name": "a" + hostile, "context": map[string]any{"cluster": "c" + hostile}}},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(kubeconfig, content, 0o600))
	for _, args := range [][]string{{"status"}, {"status", "--context", "b" + hostile}, {"status", "dev" + hostile}, {"outputs", "dev", "-n", hostile}} {
		out, said := ran(nil, dir, kubeconfig, args...)
		requireNothingHidden(t, out)
		requireVisible(t, said)
	}
}

// What is read by a program has every character, and is what it says that it is.
func TestOutputsHoldWhatTheClusterSays(t *testing.T) {
	s := &apiserver.Server{Objects: objects(t, nothing)}
	dir, kubeconfig := managed(t, s)
	valid := strings.ToValidUTF8(hostile, "\ufffd")
	for _, format := range []string{"yaml", "json"} {
		out, _ := ran(nil, dir, kubeconfig, "outputs", "dev", "--format", format)
		var values map[string]any
		if format == "yaml" {
			require.NoError(t, yaml.Unmarshal([]byte(out), &values), out)
		} else {
			require.NoError(t, json.Unmarshal([]byte(out), &values), out)
		}
		require.Equal(t, "value"+valid, values["key"+valid], format)
		require.Equal(t, map[string]any{"id": "fs-1" + valid}, values["storage"], format)
	}
}

// An id that is no id is not written, and what is written is CUE.
func TestIdsWritesNoIdThatIsNone(t *testing.T) {
	for name, keep := range map[string]func(string) bool{
		"hostile": nothing,
		"sound":   func(path string) bool { return strings.Contains(path, "external-name") },
	} {
		s := &apiserver.Server{Objects: objects(t, func(path string) bool { return keep(path) || strings.Contains(path, "common") })}
		dir, kubeconfig := managed(t, s)
		_, said := ran(nil, dir, kubeconfig, "ids", "dev")
		content, err := os.ReadFile(filepath.Join(dir, "environments", "dev", "ids.cue"))
		if name == "hostile" {
			require.ErrorIs(t, err, os.ErrNotExist, said)
			require.Contains(t, said, "62 ids are not known yet")
			continue
		}
		require.NoError(t, err, said)
		value := cuecontext.New().CompileBytes(content)
		require.NoError(t, value.Err())
		id, err := value.LookupPath(cue.ParsePath("environment.ids.network.vpc")).String()
		require.NoError(t, err)
		require.Equal(t, "vpc-0a1b2c3d4e5f60718", id)
	}
}
