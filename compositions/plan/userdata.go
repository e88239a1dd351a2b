package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The minimum at which nodeadm applies FastImagePull. It counts the memory that the kernel
// sees, which is less than that of the type (UseSOCISnapshotter in nodeadm/internal/containerd
// of awslabs/amazon-eks-ami). Its documentation warns that images may take longer with it
// below this throughput.
const (
	sociVCPUs          = 4
	sociMemoryMiB      = 7 * 1024
	sociThroughputMiBs = 600
)

// gp2ThroughputMiBs is the maximum throughput of a gp2 volume of any size.
const gp2ThroughputMiBs = 250

// gp3ThroughputMiBs is the throughput of a gp3 volume for which none is stated.
const gp3ThroughputMiBs int64 = 125

// longestUserData is the part of EC2's 16 KiB that a pool may use. The rest is for the part
// that EKS adds, or the address and certificate of the cluster.
const longestUserData = 12 * 1024

// userData returns the user data of a pool's nodes, "" if the pool needs none. It is MIME
// multipart, which EKS requires because it adds a part with the cluster's address; nodeadm
// merges the parts. EKS adds no part for an image of the user: there the last part is the
// complete NodeConfig, except the values of the cluster that only AWS knows, which lowering
// appends with the end of the text.
// https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
func (r *resolver) userData(name string, pool v1alpha1.Pool) string {
	text := userDataHead
	if len(pool.PreBootstrapCommands) > 0 {
		text += scriptHead + strings.Join(pool.PreBootstrapCommands, "\n") + "\n\n"
	}
	// The settings of the pool in a NodeConfig's spec.
	settings := ""
	if pool.SOCI {
		settings = "  featureGates:\n    FastImagePull: true\n"
	}
	if kubelet := kubeletSettings(pool.Kubelet); kubelet != "" {
		settings += "  kubelet:\n    config:\n" + kubelet
	}
	switch {
	case pool.AMI != "":
		text += nodeConfigHead + settings + fmt.Sprintf("  cluster:\n    name: %s\n    cidr: %s\n", r.env.Name, masked(r.env.Network.ServiceCIDR))
	case settings != "":
		text += nodeConfigHead + settings + userDataEnd
	case len(pool.PreBootstrapCommands) > 0:
		text += strings.TrimPrefix(userDataEnd, "\n")
	default:
		return ""
	}
	if len(text) > longestUserData {
		r.refuse("pool-user-data", diag.Path{"pools", name, "preBootstrapCommands"}, problem{
			message: fmt.Sprintf("the nodes' user data has %d bytes with them; at most %d are left of EC2's 16384 for all that the pool says", len(text), longestUserData),
			hint:    "put the script into an image (ami), or fetch it in one line",
		})
	}
	return text
}

// image returns the user's image, if the pool has one.
func image(pool v1alpha1.Pool) *v1alpha1.ImageSpec {
	if pool.AMI == "" {
		return nil
	}
	return &v1alpha1.ImageSpec{ID: pool.AMI, Endpoint: Unknown, CertificateAuthority: Unknown}
}

// The fixed parts of user data.
const (
	userDataHead = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

`
	scriptHead = `--//
Content-Type: text/x-shellscript; charset="us-ascii"

#!/bin/bash
set -e
`
	nodeConfigHead = `--//
Content-Type: application/node.eks.aws

---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
`
	userDataEnd = `
--//--
`
)

// UserDataSays returns the lines of user data that are not fixed, for a reader.
func UserDataSays(text string) []string {
	frame := strings.Split(userDataHead+scriptHead+nodeConfigHead+userDataEnd, "\n")
	var says []string
	for line := range strings.SplitSeq(text, "\n") {
		if !slices.Contains(frame, line) {
			says = append(says, strings.TrimSpace(line))
		}
	}
	return says
}

func kubeletSettings(kubelet *v1alpha1.Kubelet) string {
	if kubelet == nil {
		return ""
	}
	var b strings.Builder
	line := func(name string, value *int64) {
		if value != nil {
			fmt.Fprintf(&b, "      %s: %d\n", name, *value)
		}
	}
	line("registryPullQPS", kubelet.RegistryPullQPS)
	line("registryBurst", kubelet.RegistryBurst)
	line("maxParallelImagePulls", kubelet.MaxParallelImagePulls)
	line("imageGCHighThresholdPercent", kubelet.ImageGCHighThresholdPercent)
	line("imageGCLowThresholdPercent", kubelet.ImageGCLowThresholdPercent)
	line("maxPods", kubelet.MaxPods)
	return b.String()
}

// checkSOCIDisk warns of a disk that is slower than the download of layers.
func (r *resolver) checkSOCIDisk(name string, pool v1alpha1.Pool) {
	if !pool.SOCI {
		return
	}
	has, mend := cmp.Or(number(pool.Disk.ThroughputMiBps), gp3ThroughputMiBs), fmt.Sprintf("set disk: throughputMiBps: %d", sociThroughputMiBs)
	if pool.Disk.Type == "gp2" {
		has, mend = gp2ThroughputMiBs, fmt.Sprintf(`set disk: {type: "gp3", throughputMiBps: %d}`, sociThroughputMiBs)
	}
	if has >= sociThroughputMiBs {
		return
	}
	r.warn("pool-soci-disk", diag.Path{"pools", name, "soci"}, problem{
		message: fmt.Sprintf("true with a disk of at most %d MiB/s; EKS recommends %d or more, because parallel unpacking waits for the disk, and images may take longer than without soci", has, sociThroughputMiBs),
		hint:    mend + ", or remove soci",
	})
}
