package plan

import (
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// dataPart is a part of user data.
type dataPart struct{ media, text string }

// parts reads user data as nodeadm does (ParseMultipart in
// nodeadm/internal/configprovider of awslabs/amazon-eks-ami).
func parts(t *testing.T, userData string) []dataPart {
	t.Helper()
	message, err := mail.ReadMessage(strings.NewReader(userData))
	require.NoError(t, err)
	media, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/mixed", media)
	reader := multipart.NewReader(message.Body, parameters["boundary"])
	var all []dataPart
	for {
		p, err := reader.NextPart()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		media, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		require.NoError(t, err)
		text, err := io.ReadAll(p)
		require.NoError(t, err)
		all = append(all, dataPart{media, string(text)})
	}
}

// settings returns the spec of the one NodeConfig.
func settings(t *testing.T, p dataPart) map[string]any {
	t.Helper()
	require.Equal(t, "application/node.eks.aws", p.media)
	var config struct {
		APIVersion string         `yaml:"apiVersion"`
		Kind       string         `yaml:"kind"`
		Spec       map[string]any `yaml:"spec"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(p.text), &config))
	require.Equal(t, "node.eks.aws/v1alpha1 NodeConfig", config.APIVersion+" "+config.Kind)
	return config.Spec
}

// ofPool returns the user data of a pool of an environment called prod-us.
func ofPool(pool v1alpha1.Pool) string {
	r := resolver{env: &v1alpha1.Environment{Name: "prod-us", Network: v1alpha1.Network{ServiceCIDR: "172.20.0.0/16"}}}
	return r.userData("default", pool)
}

func TestUserDataIsReadAsNodesReadIt(t *testing.T) {
	for name, c := range map[string]struct {
		pool v1alpha1.Pool
		want map[string]any
	}{
		"soci": {
			v1alpha1.Pool{SOCI: true},
			map[string]any{"featureGates": map[string]any{"FastImagePull": true}},
		},
		"pulls": {
			v1alpha1.Pool{Kubelet: &v1alpha1.Kubelet{RegistryPullQPS: new(int64(0)), MaxParallelImagePulls: new(int64(3))}},
			map[string]any{"kubelet": map[string]any{"config": map[string]any{"registryPullQPS": 0, "maxParallelImagePulls": 3}}},
		},
		"all": {
			v1alpha1.Pool{SOCI: true, Kubelet: &v1alpha1.Kubelet{
				RegistryPullQPS: new(int64(12)), RegistryBurst: new(int64(40)), MaxParallelImagePulls: new(int64(8)),
				ImageGCHighThresholdPercent: new(int64(70)), ImageGCLowThresholdPercent: new(int64(50)),
			}},
			map[string]any{"featureGates": map[string]any{"FastImagePull": true}, "kubelet": map[string]any{"config": map[string]any{
				"registryPullQPS": 12, "registryBurst": 40, "maxParallelImagePulls": 8,
				"imageGCHighThresholdPercent": 70, "imageGCLowThresholdPercent": 50,
			}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := parts(t, ofPool(c.pool))
			require.Len(t, all, 1)
			require.Equal(t, c.want, settings(t, all[0]))
		})
	}
}

func TestCommandsAreAScriptBeforeTheSettings(t *testing.T) {
	commands := []string{"cat <<'E' >/etc/motd", "100% Domino", "E"}
	const script = "#!/bin/bash\nset -e\ncat <<'E' >/etc/motd\n100% Domino\nE\n"
	all := parts(t, ofPool(v1alpha1.Pool{PreBootstrapCommands: commands}))
	require.Equal(t, []dataPart{{"text/x-shellscript", script}}, all)
	all = parts(t, ofPool(v1alpha1.Pool{PreBootstrapCommands: commands, SOCI: true}))
	require.Len(t, all, 2)
	require.Equal(t, dataPart{"text/x-shellscript", script}, all[0])
	require.Equal(t, map[string]any{"featureGates": map[string]any{"FastImagePull": true}}, settings(t, all[1]))
}

// What nodeadm wants of every NodeConfig is ValidateNodeConfig in nodeadm/internal/api.
func TestAnImageOfTheUserGetsAWholeNodeConfig(t *testing.T) {
	text := ofPool(v1alpha1.Pool{AMI: "ami-0123456789abcdef0", Kubelet: &v1alpha1.Kubelet{MaxPods: new(int64(58))}})
	all := parts(t, text+"    apiServerEndpoint: https://ABC.gr7.us-west-2.eks.amazonaws.com\n    certificateAuthority: TFMwdA==\n"+userDataEnd)
	require.Len(t, all, 1)
	require.Equal(t, map[string]any{
		"kubelet": map[string]any{"config": map[string]any{"maxPods": 58}},
		"cluster": map[string]any{
			"name": "prod-us", "cidr": "172.20.0.0/16",
			"apiServerEndpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com", "certificateAuthority": "TFMwdA==",
		},
	}, settings(t, all[0]))
}

func TestAPoolThatAsksForNothingHasNoUserData(t *testing.T) {
	require.Empty(t, ofPool(v1alpha1.Pool{}))
	require.Empty(t, ofPool(v1alpha1.Pool{Kubelet: &v1alpha1.Kubelet{}}))
}

func TestAReaderIsShownWhatIsNotTheFrame(t *testing.T) {
	require.Equal(t, []string{"featureGates:", "FastImagePull: true"}, UserDataSays(ofPool(v1alpha1.Pool{SOCI: true})))
	require.Empty(t, UserDataSays(""))
}
