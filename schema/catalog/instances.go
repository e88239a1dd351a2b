package catalog

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Architectures of instance types, by the names that EC2 and the schema use.
const (
	X8664 = "x86_64"
	ARM64 = "arm64"
)

// Instance is an EC2 instance type. The addresses of its network interfaces decide how many
// pods fit on a node and how large its subnet must be.
type Instance struct {
	Type         string // such as m6i.2xlarge
	VCPUs        int
	MemoryMiB    int
	Architecture string // X8664 or ARM64
	GPUs         int    // whole GPUs; 0 for a fraction of one
	GPUMaker     string // nvidia, amd; empty without GPUs
	GPUModel     string // such as a10g
	Neuron       int    // AWS's own accelerators, Inferentia or Trainium
	Accelerated  bool   // has a GPU, even a fraction, or another accelerator
	ENIs         int    // network interfaces at most
	IPv4PerENI   int    // addresses of each, its own included
	Nitro        bool   // on the Nitro system or bare metal, which prefix delegation needs
	BareMetal    bool
}

// Family returns the part of a type before the dot, such as m6i.
func (i Instance) Family() string {
	family, _, _ := strings.Cut(i.Type, ".")
	return family
}

// MemoryGiB returns the memory in whole GiB.
func (i Instance) MemoryGiB() int { return i.MemoryMiB / 1024 }

// NVIDIA reports whether the type has at least one whole NVIDIA GPU (R4).
func (i Instance) NVIDIA() bool { return i.GPUs > 0 && i.GPUMaker == "nvidia" }

// FindInstance returns the type with a name.
func FindInstance(name string) (Instance, bool) {
	i, known := instances()[name]
	return i, known
}

// InstanceNames returns the names of all known types, sorted.
func InstanceNames() []string { return slices.Sorted(maps.Keys(instances())) }

// Instances returns all known types, sorted by name.
func Instances() []Instance {
	return slices.SortedFunc(maps.Values(instances()), func(a, b Instance) int { return strings.Compare(a.Type, b.Type) })
}

var instances = sync.OnceValue(readInstances)

// Read reads the largest table, which every plan uses, ahead of its first use.
func Read() { instances() }

// InstancesAsOf returns the day (YYYY-MM-DD) of the list of types, which lacks newer ones.
func InstancesAsOf() string { return DateOf("ec2-instance-types.csv") }

func readInstances() map[string]Instance {
	all := make(map[string]Instance, 1500)
	rows("ec2-instance-types.csv", func(r row) {
		i := instance(r)
		all[i.Type] = i
	})
	rows("ec2-accelerators.csv", func(r row) {
		i, known := all[r.text("instance_type")]
		if !known {
			return
		}
		i.Accelerated = true
		switch {
		case r.text("kind") == "gpu":
			i.GPUs, i.GPUMaker, i.GPUModel = r.number("count"), r.text("maker"), r.text("model")
		case r.text("maker") == "aws-neuron":
			i.Neuron = r.number("count")
		}
		all[i.Type] = i
	})
	return all
}

func instance(r row) Instance {
	return Instance{
		Type:         strings.Clone(r.text("instance_type")),
		VCPUs:        r.number("vcpus"),
		MemoryMiB:    r.number("memory_mib"),
		Architecture: r.text("arch"),
		GPUs:         r.number("gpus"),
		GPUMaker:     r.text("gpu_maker"),
		GPUModel:     strings.ReplaceAll(strings.ToLower(r.text("gpu_model")), " ", "-"),
		Accelerated:  r.text("gpu_maker") != "",
		ENIs:         r.number("max_enis"),
		IPv4PerENI:   r.number("ipv4_per_eni"),
		Nitro:        r.text("hypervisor") != "xen",
		BareMetal:    r.text("bare_metal") == "true",
	}
}
