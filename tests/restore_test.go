package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// The steps of a restore name what an environment has: its vault and role, the access
// point that Domino asks for, and every object that keeps the id of a file system.
func TestOperatingRestoresWhatAnEnvironmentHas(t *testing.T) {
	steps := restoring(t)
	const fileSystem = "prod-us-storage-file-system"
	named := map[string]int{}
	for _, object := range renderedSample(t, "prod-us") {
		spec, err := json.Marshal(object.Object["spec"])
		require.NoError(t, err)
		kind := object.GroupVersionKind()
		name := object.GetAnnotations()["crossplane.io/external-name"]
		plural := strings.ToLower(kind.Kind) + "s." + kind.Group
		switch {
		case kind.Kind == "Vault", strings.HasSuffix(object.GetName(), "-backup-role"):
			require.Contains(t, steps, "`"+name+"`")
		case object.GetName() == fileSystem, kind.Kind == "Selection":
			require.Contains(t, steps, plural)
		case strings.Contains(string(spec), `"`+fileSystem+`"`) && kind.Kind != "Usage":
			require.Contains(t, steps, plural, "it refers to the file system")
		default:
			continue
		}
		named[kind.Kind]++
		if kind.Kind == "AccessPoint" {
			at := func(path ...string) any {
				value, _, err := unstructured.NestedFieldNoCopy(object.Object, append([]string{"spec", "forProvider"}, path...)...)
				require.NoError(t, err)
				return value
			}
			require.Contains(t, steps, fmt.Sprintf("--posix-user Uid=%v,Gid=%v", at("posixUser", "uid"), at("posixUser", "gid")))
			require.Contains(t, steps, fmt.Sprintf("Path=%v,CreationInfo={OwnerUid=%v,OwnerGid=%v,Permissions=%v}", at("rootDirectory", "path"),
				at("rootDirectory", "creationInfo", "ownerUid"), at("rootDirectory", "creationInfo", "ownerGid"), at("rootDirectory", "creationInfo", "permissions")))
		}
	}
	require.Equal(t, map[string]int{"Vault": 1, "Role": 1, "FileSystem": 1, "AccessPoint": 1, "MountTarget": 3, "Selection": 1}, named)
}

// The pod that moves files is one that Kubernetes takes.
func TestThePodThatMovesFilesIsWellFormed(t *testing.T) {
	_, manifests, ok := strings.Cut(restoring(t), "<<'MANIFESTS'\n")
	require.True(t, ok)
	manifests, _, ok = strings.Cut(manifests, "   MANIFESTS\n")
	require.True(t, ok)
	documents := strings.Split(strings.ReplaceAll(manifests, "\n   ", "\n"), "---\n")
	require.Len(t, documents, 3)
	volume, claim, pod := &corev1.PersistentVolume{}, &corev1.PersistentVolumeClaim{}, &corev1.Pod{}
	for i, typed := range []any{volume, claim, pod} {
		require.NoError(t, yaml.UnmarshalStrict([]byte(strings.TrimPrefix(documents[i], "   ")), typed))
	}
	require.Equal(t, volume.Name, claim.Spec.VolumeName)
	require.Equal(t, claim.Name, pod.Spec.Volumes[0].PersistentVolumeClaim.ClaimName)
	require.Equal(t, pod.Spec.Volumes[0].Name, pod.Spec.Containers[0].VolumeMounts[0].Name)
}

// restoring is the section of OPERATING.md.
func restoring(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "OPERATING.md"))
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(data), "\n## Restoring datasets\n")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

// renderedSample is what dominoc render prints of an environment of the sample fleet.
func renderedSample(t *testing.T, environment string) []unstructured.Unstructured {
	t.Helper()
	printed, err := exec.Command(dominoc(t), "-C", root(t), "render", environment).Output()
	require.NoError(t, err)
	var all []unstructured.Unstructured
	for document := range strings.SplitSeq(string(printed), "\n---\n") {
		object := unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(document), &object.Object))
		all = append(all, object)
	}
	return all
}
