package takeover_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/proof"
)

// nodeConfig is user data as the modules write it for an image of the user.
const nodeConfig = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="BOUNDARY"

--BOUNDARY
Content-Type: text/x-shellscript; charset="us-ascii"

#!/bin/bash
set -e

--BOUNDARY
Content-Type: application/node.eks.aws

---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: tfpools
    apiServerEndpoint: https://example.com
    certificateAuthority: bm90IGEgY2VydGlmaWNhdGU=
    cidr: 172.20.0.0/16
  featureGates:
    FastImagePull: true
  kubelet:
    config:
      registryPullQPS: 12
      registryBurst: 40

--BOUNDARY--
`

// ofEKS is user data beside that of EKS.
const ofEKS = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="BOUNDARY"

--BOUNDARY
Content-Type: application/node.eks.aws

apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      maxParallelImagePulls: 4

--BOUNDARY--
`

// withTemplate returns the installation c-pools with edited attributes of a launch template,
// whose root disk is where Amazon Linux 2023 has it.
func withTemplate(t *testing.T, key string, attributes map[string]any) []terraform.File {
	t.Helper()
	files := set(t, "c-pools")
	for n, file := range files {
		if !strings.HasSuffix(file.Name, "nodes.tfstate") {
			continue
		}
		var state map[string]any
		require.NoError(t, json.Unmarshal(file.Text, &state))
		for _, r := range state["resources"].([]any) {
			resource := r.(map[string]any)
			for _, i := range resource["instances"].([]any) {
				instance := i.(map[string]any)
				if resource["type"] != "aws_launch_template" || instance["index_key"] != key {
					continue
				}
				own := instance["attributes"].(map[string]any)
				own["block_device_mappings"].([]any)[0].(map[string]any)["device_name"] = "/dev/xvda"
				for name, value := range attributes {
					own[name] = value
				}
			}
		}
		text, err := json.Marshal(state)
		require.NoError(t, err)
		files[n].Text = text
	}
	return files
}

func withUserData(t *testing.T, key, text string) []terraform.File {
	t.Helper()
	return withTemplate(t, key, map[string]any{"user_data": base64.StdEncoding.EncodeToString([]byte(text))})
}

// kept is why a pool stays with Terraform.
func kept(taken *takeover.Takeover, name string) string {
	for _, p := range taken.Report.Pools {
		if p.Name == name {
			return p.Kept
		}
	}
	return "there is no such pool"
}

// A pool with an image of the user is taken over when a pool of an environment can state what
// its user data sets. The text in AWS stays, because another one would replace the nodes.
func TestAPoolWithAnImageOfTheUserIsTakenOver(t *testing.T) {
	f := imported(t, withUserData(t, "golden", nodeConfig)...)
	env := f.load().Environment
	pool, facts := env.Pools["golden"], env.Adopted.Pools["golden"]
	require.Equal(t, "ami-a5f03a9443654edfb", pool.AMI)
	require.True(t, pool.SOCI)
	require.Equal(t, int64(12), *pool.Kubelet.RegistryPullQPS)
	require.Equal(t, int64(40), *pool.Kubelet.RegistryBurst)
	require.Empty(t, pool.Version)
	require.True(t, facts.UserData.SOCI)
	require.Equal(t, pool.Kubelet, facts.UserData.Kubelet)
	require.NotContains(t, env.Adopted.Kept, "golden")
	require.True(t, f.check(t).Proven())

	f.edit(t, "environment.cue", strings.Replace(f.read(t, "environment.cue"), "registryPullQPS: 12", "registryPullQPS: 13", 1))
	checked := f.check(t)
	require.Len(t, checked.Report.Wrong, 1)
	require.Equal(t, "userData", checked.Report.Wrong[0].Path)
	require.Equal(t, proof.Changes, checked.Report.Wrong[0].Effect)
}

func TestAPoolWithUserDataBesideThatOfEKSIsTakenOver(t *testing.T) {
	f := imported(t, withUserData(t, "bigmem", ofEKS)...)
	env := f.load().Environment
	require.Equal(t, int64(4), *env.Pools["bigmem"].Kubelet.MaxParallelImagePulls)
	require.Empty(t, env.Pools["bigmem"].AMI)
	require.True(t, f.check(t).Proven())
}

// What a pool cannot state keeps the pool with Terraform, and the report says what it is.
func TestAPoolWhoseUserDataSetsMoreStaysWithTerraform(t *testing.T) {
	for name, test := range map[string]struct{ pool, text, why string }{
		"a script":               {"golden", strings.Replace(nodeConfig, "set -e\n", "set -e\nlogin --password hunter2\n", 1), "has user data with a script, which only Terraform writes"},
		"bootstrap.sh":           {"golden", "#!/bin/bash\n/etc/eks/bootstrap.sh tfpools\n", "is not MIME multipart"},
		"flags of the kubelet":   {"golden", strings.Replace(nodeConfig, "    config:\n", "    flags: [--v=4]\n    config:\n", 1), "command-line flags of the kubelet"},
		"another cluster":        {"golden", strings.Replace(nodeConfig, "name: tfpools", "name: another", 1), "does not name the cluster"},
		"another range":          {"golden", strings.Replace(nodeConfig, "172.20.0.0/16", "172.30.0.0/16", 1), "another range of services"},
		"a setting out of range": {"golden", strings.Replace(nodeConfig, "registryPullQPS: 12", "registryPullQPS: 99999", 1), "registryPullQPS"},
		"no user data":           {"golden", "", "without user data"},
		"nothing":                {"bigmem", strings.Replace(ofEKS, "  kubelet:\n    config:\n      maxParallelImagePulls: 4\n", "", 1), "sets nothing which an environment states"},
	} {
		t.Run(name, func(t *testing.T) {
			f := empty(t, withUserData(t, test.pool, test.text)...)
			taken := f.decide(t, takeover.Options{FQDN: fqdn})
			f.write(t, taken)
			require.Contains(t, kept(taken, test.pool), test.why)
			require.NotContains(t, taken.Report.In("json"), "hunter2")
			require.NotContains(t, f.load().Environment.Pools, test.pool)
		})
	}
	taken := decided(t, withTemplate(t, "golden", map[string]any{"image_id": ""})...)
	require.Contains(t, kept(taken, "golden"), "does not fit its type")
}
