package plan_test

import (
	"testing"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func TestInstanceTypes(t *testing.T) {
	test(t, []mistake{
		{
			name: "an unknown type",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m6i.2xlarg"} })
			},
		},
		{
			name: "Neuron with the standard image, and the other way round",
			edit: func(env *v1alpha1.Environment) {
				env.Pools["inference"] = pool("inference", "inf2.8xlarge", 0, 3, 400)
				env.Pools["neuron"] = pool("neuron", "m6i.8xlarge", 0, 3, 400)
				edited(env, "neuron", func(p *v1alpha1.Pool) { p.Neuron = true })
			},
		},
		{
			name: "soci where nodes ignore it, or the disk is slow",
			edit: func(env *v1alpha1.Environment) {
				env.Pools["small"] = pool("small", "m6i.large", 0, 3, 400)
				edited(env, "small", func(p *v1alpha1.Pool) { p.SOCI, p.Disk.ThroughputMiBps = true, new(int64(600)) })
				env.Pools["least"] = pool("least", "c6i.xlarge", 0, 3, 400)
				edited(env, "least", func(p *v1alpha1.Pool) { p.SOCI, p.Disk.ThroughputMiBps = true, new(int64(599)) })
				env.Pools["gp2"] = pool("gp2", "m6i.xlarge", 0, 3, 400)
				edited(env, "gp2", func(p *v1alpha1.Pool) { p.SOCI, p.Disk = true, v1alpha1.Disk{SizeGiB: p.Disk.SizeGiB, Type: "gp2"} })
			},
		},
		{
			name: "newer than the lists",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m10i.2xlarge"} })
				edited(env, "default-gpu", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"g8.2xlarge"} })
			},
		},
		{
			name: "newer than the list of offers",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default", func(p *v1alpha1.Pool) { p.Architecture, p.InstanceTypes = "arm64", []string{"m9g.2xlarge"} })
			},
		},
		{
			name: "not offered in the region",
			edit: func(env *v1alpha1.Environment) {
				in(env, "eu-central-2", "abc")
				edited(env, "platform", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m7i-flex.2xlarge", "m7i.2xlarge"} })
				edited(env, "default-gpu", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"g5.2xlarge"} })
			},
		},
		{
			name: "no such type in the region",
			edit: func(env *v1alpha1.Environment) {
				in(env, "ca-west-1", "abc")
				edited(env, "platform", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m6i.2xlarge"} })
			},
		},
		{
			name: "not offered in the region, accepted",
			edit: func(env *v1alpha1.Environment) {
				in(env, "ca-west-1", "abc")
				env.Accept["instance-type-region"] = "our account has them since June"
			},
		},
		{
			name: "not offered in a zone",
			edit: func(env *v1alpha1.Environment) { in(env, "eu-west-2", "abc") },
		},
		{
			name: "offered in the zones of the pool, though not in all of the region",
			edit: func(env *v1alpha1.Environment) { in(env, "us-west-2", "abc") },
		},
		{
			name: "zones that the account may not have",
			edit: func(env *v1alpha1.Environment) { in(env, "us-west-1", "abc"); delete(env.Pools, "default-gpu") },
		},
		{
			name: "a region of which nothing is known",
			edit: func(env *v1alpha1.Environment) { in(env, "mx-central-1", "abc") },
		},
		{
			name: "below the floor",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "platform", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m7i-flex.2xlarge", "m6i.xlarge"} })
				edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"c6i.2xlarge"} })
			},
		},
		{
			name: "arm64 that was not asked for",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m7g.2xlarge"} })
			},
		},
		{
			name: "mixed architectures",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m6i.2xlarge", "m7g.2xlarge", "m6g.2xlarge"} })
			},
		},
		{
			name: "a GPU pool of an AMD type, and of none",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default-gpu", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"g4ad.2xlarge", "m6i.2xlarge"} })
			},
		},
		{
			name: "GPUs without drivers",
			edit: func(env *v1alpha1.Environment) {
				edited(env, "default-gpu", func(p *v1alpha1.Pool) { p.GPU = new(false) })
			},
		},
		{
			name: "prefixes on Xen",
			edit: func(env *v1alpha1.Environment) {
				env.Cluster.PrefixDelegation = true
				edited(env, "default", func(p *v1alpha1.Pool) { p.InstanceTypes = []string{"m4.2xlarge"} })
			},
		},
		{
			name: "the floor of a pool that replaces platform",
			edit: func(env *v1alpha1.Environment) {
				p := pool("platform", "m6i.large", 4, 6, 128)
				p.Replaces = "platform"
				env.Pools["platform-2"] = p
			},
		},
		{
			name: "a pool that replaces none, with nearly the name of one",
			edit: func(env *v1alpha1.Environment) {
				p := pool("default-gpus", "g5.4xlarge", 0, 3, 400)
				p.Replaces, p.GPU = "default-gpus", new(true)
				env.Pools["gpu-next"] = p
			},
		},
	})
}

// in moves an environment to a region.
func in(env *v1alpha1.Environment, region, letters string) {
	env.Region, env.Zones, env.ControlPlaneZones = region, nil, nil
	for _, letter := range letters {
		env.Zones = append(env.Zones, region+string(letter))
	}
}
