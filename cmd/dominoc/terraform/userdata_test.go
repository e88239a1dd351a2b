package terraform_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// userData returns MIME as the modules write it for images of the user.
func userData(script, spec string) string {
	const head = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"BOUNDARY\"\n\n"
	return head + "--BOUNDARY\nContent-Type: text/x-shellscript; charset=\"us-ascii\"\n\n#!/bin/bash\nset -e\n\n" + script +
		"\n--BOUNDARY\nContent-Type: application/node.eks.aws\n\n---\n# a comment\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n" + spec + "\n--BOUNDARY--\n"
}

const (
	joins = "  cluster:\n    name: tfpools\n    apiServerEndpoint: https://example.com\n    certificateAuthority: aHVudGVyMg==\n    cidr: 172.20.0.0/16\n"
	pulls = "  kubelet:\n    config:\n      # limits\n      registryPullQPS: 12\n      registryBurst: 40\n"
	gate  = "  featureGates:\n    FastImagePull: true\n"
	tunes = "# SOCI\nSOCI_CONFIG_FILE=\"/etc/soci-snapshotter-grpc/config.toml\"\nmax_concurrent_downloads_per_image=\"10\"\n" +
		"sed -i \"s/^max_concurrent_downloads_per_image = .*$/max_concurrent_downloads_per_image = $max_concurrent_downloads_per_image/\" \"${SOCI_CONFIG_FILE}\"\n" +
		"mkdir -p /etc/systemd/system/kubelet.service.d\ncat > /etc/systemd/system/kubelet.service.d/pause.conf << 'EOF'\n[Unit]\nAfter=soci-snapshotter.service\nEOF\nsystemctl daemon-reload\n"
)

// readUserData returns what is read of a state in which the pool of the user's own image has
// other user data.
func readUserData(t *testing.T, text string, sensitive bool) (*terraform.UserData, *terraform.Installation) {
	t.Helper()
	state := decode(t, "c-pools", "nodes")
	for _, r := range objects(state["resources"]) {
		for _, i := range objects(r["instances"]) {
			if r["type"] == "aws_launch_template" && i["index_key"] == "golden" {
				i["attributes"].(object)["user_data"] = base64.StdEncoding.EncodeToString([]byte(text))
				if sensitive {
					i["sensitive_attributes"] = []any{[]any{object{"type": "get_attr", "value": "user_data"}}}
				}
			}
		}
	}
	installation, found := terraform.Read([]terraform.File{encode(t, "nodes.tfstate", state)})
	require.False(t, found.HasErrors(), "%v", found)
	for _, template := range installation.Of(true, "aws_launch_template") {
		if template.Index == "golden" {
			return template.UserData, installation
		}
	}
	t.Fatal("no launch template")
	return nil, nil
}

func TestTheSettingsInUserDataAreRead(t *testing.T) {
	limits := map[string]int64{"registryPullQPS": 12, "registryBurst": 40}
	for name, test := range map[string]struct {
		text string
		want terraform.UserData
	}{
		"of the modules":              {userData("", joins+pulls), terraform.UserData{Cluster: "tfpools", ServiceCIDR: "172.20.0.0/16", Kubelet: limits}},
		"of the modules with SOCI":    {userData(tunes, joins+gate+pulls), terraform.UserData{Cluster: "tfpools", ServiceCIDR: "172.20.0.0/16", Kubelet: limits, FastImagePull: true}},
		"in the form of dominoc":      {strings.ReplaceAll(userData("", pulls), "BOUNDARY", "//"), terraform.UserData{Kubelet: limits}},
		"a script of the user":        {userData("echo hunter2 | login\n", joins+pulls), terraform.UserData{Unread: "a script"}},
		"a script in a tuning line":   {userData(tunes+"sed -i \"s/^max_concurrent_unpacks_per_image = .*/$(curl hunter2)/\"; reboot\n", joins+gate), terraform.UserData{Unread: "a script"}},
		"tuning of what is off":       {userData(tunes, joins), terraform.UserData{Unread: "a script"}},
		"flags of the kubelet":        {userData("", joins+"  kubelet:\n    flags:\n    - --hunter2\n"), terraform.UserData{Unread: "command-line flags of the kubelet"}},
		"another setting of it":       {userData("", joins+"  kubelet:\n    config:\n      hunter2: 5\n"), terraform.UserData{Unread: "settings of the kubelet other than registryPullQPS, registryBurst, maxParallelImagePulls, imageGCHighThresholdPercent, imageGCLowThresholdPercent, maxPods"}},
		"a number that is not whole":  {userData("", joins+"  kubelet:\n    config:\n      registryBurst: 1.5\n"), terraform.UserData{Unread: "settings of the kubelet other than registryPullQPS, registryBurst, maxParallelImagePulls, imageGCHighThresholdPercent, imageGCLowThresholdPercent, maxPods"}},
		"another feature gate":        {userData("", joins+"  featureGates:\n    hunter2: true\n"), terraform.UserData{Unread: "feature gates other than FastImagePull"}},
		"containerd":                  {userData("", joins+"  containerd:\n    config: hunter2\n"), terraform.UserData{Unread: "a NodeConfig with more than cluster, featureGates and kubelet"}},
		"two NodeConfigs":             {strings.Replace(userData("", joins), "text/x-shellscript; charset=\"us-ascii\"\n\n#!/bin/bash\nset -e\n", "application/node.eks.aws\n\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n"+gate, 1), terraform.UserData{Unread: "several parts with a NodeConfig"}},
		"a NodeConfig of another API": {strings.Replace(userData("", joins), "v1alpha1", "hunter2", 1), terraform.UserData{Unread: "a NodeConfig in a form that dominoc does not know"}},
		"a part of another sort":      {strings.Replace(userData("", joins), "text/x-shellscript", "text/hunter2", 1), terraform.UserData{Unread: "a part that is neither a script nor a NodeConfig"}},
		"a part without an end":       {strings.Replace(userData("", joins), "--BOUNDARY--", "hunter2", 1), terraform.UserData{Unread: "MIME that cannot be read"}},
		"a script alone":              {"#!/bin/bash\n/etc/eks/bootstrap.sh hunter2\n", terraform.UserData{Unread: "a script or another text that is not MIME multipart"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, installation := readUserData(t, test.text, false)
			if test.want.Unread != "" { // what else was read decides nothing
				got = &terraform.UserData{Unread: got.Unread}
			}
			require.Equal(t, test.want, *got)
			requireNo(t, "hunter2", *installation, *got)
		})
	}
	got, _ := readUserData(t, userData("", joins), true)
	require.Equal(t, "a text that Terraform marks as sensitive", got.Unread)
	got, _ = readUserData(t, "", false)
	require.Nil(t, got)
}
