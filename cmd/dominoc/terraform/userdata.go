package terraform

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// UserData is what the reader keeps of the user data of a launch template: the settings that
// a pool of an environment can state, and what else there is, in the reader's own words. A
// user's script may have credentials in it, so no text of the user data is kept.
type UserData struct {
	// Unread states what no setting below says; empty if the settings say everything.
	Unread string
	// Cluster is the name of the cluster that the nodes join, and ServiceCIDR the range of
	// its services; both are empty where EKS tells the nodes.
	Cluster, ServiceCIDR string
	// FastImagePull is the feature gate of nodeadm, with which nodes use the SOCI snapshotter.
	FastImagePull bool
	// Kubelet has settings by their names in KubeletConfiguration.
	Kubelet map[string]int64
}

// kubeletSettings are the settings of the kubelet that a pool can state.
var kubeletSettings = []string{
	"registryPullQPS", "registryBurst", "maxParallelImagePulls", "imageGCHighThresholdPercent", "imageGCLowThresholdPercent", "maxPods",
}

// longestUserData is more than EC2 accepts, which is 16 KiB, in base64.
const longestUserData = 32 * 1024

// userDataOf reads the user data of a launch template, nil if it has none.
func userDataOf(encoded string, sensitive bool) *UserData {
	switch {
	case encoded == "":
		return nil
	case sensitive:
		return &UserData{Unread: "a text that Terraform marks as sensitive"}
	}
	u := &UserData{Kubelet: map[string]int64{}}
	u.read(encoded)
	return u
}

// unread notes what is beside the settings; the first is enough for a reader.
func (u *UserData) unread(what string) {
	if u.Unread == "" {
		u.Unread = what
	}
}

// read reads MIME multipart, the form of user data for Amazon Linux 2023.
func (u *UserData) read(encoded string) {
	const another = "a script or another text that is not MIME multipart"
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(text) > longestUserData {
		u.unread(another)
		return
	}
	message, err := mail.ReadMessage(strings.NewReader(string(text)))
	if err != nil {
		u.unread(another)
		return
	}
	kind, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/mixed" {
		u.unread(another)
		return
	}
	var configs int
	var tuned bool
	for parts := multipart.NewReader(message.Body, parameters["boundary"]); ; {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		content, failed := readPart(part, err)
		if failed {
			u.unread("MIME that cannot be read")
			return
		}
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "application/node.eks.aws":
			configs++
			u.config(content)
		case "text/x-shellscript":
			tuned = u.script(content) || tuned
		default:
			u.unread("a part that is neither a script nor a NodeConfig")
		}
	}
	switch {
	case configs > 1:
		u.unread("several parts with a NodeConfig")
	case tuned && !u.FastImagePull:
		u.unread("a script")
	}
}

func readPart(part *multipart.Part, err error) (content string, failed bool) {
	if err != nil {
		return "", true
	}
	text, err := io.ReadAll(part)
	return string(text), err != nil
}

// config reads a NodeConfig, which nodeadm applies.
func (u *UserData) config(text string) {
	var document struct {
		APIVersion string         `yaml:"apiVersion"`
		Kind       string         `yaml:"kind"`
		Spec       map[string]any `yaml:"spec"`
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if decoder.Decode(&document) != nil || document.APIVersion != "node.eks.aws/v1alpha1" || document.Kind != "NodeConfig" || decoder.Decode(&document) != io.EOF {
		u.unread("a NodeConfig in a form that dominoc does not know")
		return
	}
	for _, section := range sortedKeys(document.Spec) {
		fields, _ := document.Spec[section].(map[string]any)
		switch section {
		case "cluster":
			u.cluster(fields)
		case "featureGates":
			u.featureGates(fields)
		case "kubelet":
			u.kubelet(fields)
		default:
			u.unread("a NodeConfig with more than cluster, featureGates and kubelet")
		}
	}
}

// cluster reads which cluster the nodes join. Its address and certificate follow from it.
func (u *UserData) cluster(fields map[string]any) {
	for _, name := range sortedKeys(fields) {
		text, _ := fields[name].(string)
		switch name {
		case "name":
			u.Cluster = text
		case "cidr":
			if _, err := netip.ParsePrefix(text); err == nil {
				u.ServiceCIDR = text
				continue
			}
			u.unread("a cluster.cidr that is no range")
		case "apiServerEndpoint", "certificateAuthority":
		default:
			u.unread("a NodeConfig with more than name, address, certificate and range of the cluster")
		}
	}
}

func (u *UserData) featureGates(gates map[string]any) {
	for _, name := range sortedKeys(gates) {
		on, isSwitch := gates[name].(bool)
		if name != "FastImagePull" || !isSwitch {
			u.unread("feature gates other than FastImagePull")
			continue
		}
		u.FastImagePull = on
	}
}

func (u *UserData) kubelet(fields map[string]any) {
	for _, section := range sortedKeys(fields) {
		if section != "config" {
			u.unread("command-line flags of the kubelet")
			continue
		}
		settings, _ := fields[section].(map[string]any)
		for _, name := range sortedKeys(settings) {
			number, whole := settings[name].(int)
			if !whole || !slices.Contains(kubeletSettings, name) {
				u.unread("settings of the kubelet other than " + strings.Join(kubeletSettings, ", "))
				continue
			}
			u.Kubelet[name] = int64(number)
		}
	}
}

// sociTuning matches the lines of the script by which the modules tune the SOCI snapshotter
// that FastImagePull turns on; a script that has no other line sets nothing beside it.
var sociTuning = regexp.MustCompile(`^(#.*|set -e|` +
	`SOCI_CONFIG_FILE="/etc/soci-snapshotter-grpc/config\.toml"|` +
	`max_concurrent_(downloads|unpacks)_per_image="\d+"|` +
	`sed -i "s/\^max_concurrent_(downloads|unpacks)_per_image = [^;&|]*" "\$\{?SOCI_CONFIG_FILE\}?"|` +
	// a drop-in of systemd that imports the pause image into the snapshotter
	`mkdir -p /etc/systemd/system/kubelet\.service\.d|cat > /etc/systemd/system/kubelet\.service\.d/[a-z-]+\.conf << 'EOF'|EOF|` +
	`\[Unit\]|\[Service\]|(After|Requires)=soci-snapshotter\.service|` +
	`ExecStartPre=/usr/bin/ctr --namespace=k8s\.io image (import|label) [^;&|]*pause[^;&|]*|systemctl daemon-reload)?$`)

// script reads a script of bash, and reports whether it does anything.
func (u *UserData) script(text string) (acts bool) {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if !sociTuning.MatchString(line) {
			u.unread("a script")
			return true
		}
		acts = acts || line != "" && line != "set -e" && !strings.HasPrefix(line, "#")
	}
	return acts
}

// sortedKeys returns the keys of a map in order: of several things that are not read, a
// reader is told the same one each time.
func sortedKeys(fields map[string]any) []string {
	var all []string
	for name := range fields {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
