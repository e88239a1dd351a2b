package installation

// Option is an input of the modules.
type Option func(*settings)

type settings struct {
	name, region, version string
	zones                 int
	tags                  map[string]string // nil: those of the real run
	pools                 []Pool
	existingVPC           bool
	noPodRange            bool
	noEndpoints           bool
	smallVPC              bool
	existingKey, noKMS    bool
	noECR, noS3, noEFS    bool
	throughput            string
	issuer                string // "": made; "none"; "existing"
	public                []string
	serviceCIDR           string
	providers             []string
	leave                 []left
	provider6             bool
}

// Region is where the installation is.
func Region(name string) Option { return func(s *settings) { s.region = name } }

// Zones is in how many zones: a, then a and b, then a to c.
func Zones(n int) Option { return func(s *settings) { s.zones = n } }

// Version is the minor version of Kubernetes.
func Version(minor string) Option { return func(s *settings) { s.version = minor } }

// Tags replaces the installation's own tags.
func Tags(tags map[string]string) Option { return func(s *settings) { s.tags = tags } }

// ExistingVPC has VPC and subnets that Terraform only reads.
func ExistingVPC() Option { return func(s *settings) { s.existingVPC = true } }

// NoPodRange has pods in the subnets of the nodes.
func NoPodRange() Option { return func(s *settings) { s.noPodRange = true } }

// SmallVPC has a VPC of 10.1.0.0/19 with a /21 for the nodes of each zone, and no pod range.
func SmallVPC() Option {
	return func(s *settings) { s.smallVPC, s.noPodRange = true, true }
}

// NoEndpoints has no VPC endpoints for ECR.
func NoEndpoints() Option { return func(s *settings) { s.noEndpoints = true } }

// ExistingKey has a key that Terraform only reads.
func ExistingKey() Option { return func(s *settings) { s.existingKey = true } }

// NoKMS has volumes, buckets, file system and registry without the installation's key;
// the cluster's secrets have it.
func NoKMS() Option { return func(s *settings) { s.noKMS = true } }

// NoECR has no registry.
func NoECR() Option { return func(s *settings) { s.noECR = true } }

// NoS3 has no buckets but the one for monitoring.
func NoS3() Option { return func(s *settings) { s.noS3 = true } }

// NoEFS has no file system.
func NoEFS() Option { return func(s *settings) { s.noEFS = true } }

// Throughput is the file system's throughput mode.
func Throughput(mode string) Option { return func(s *settings) { s.throughput = mode } }

// NoIssuer has no OIDC provider for service accounts.
func NoIssuer() Option { return func(s *settings) { s.issuer = "none" } }

// ExistingIssuer has an OIDC provider that Terraform only reads.
func ExistingIssuer() Option { return func(s *settings) { s.issuer = "existing" } }

// Public has an API endpoint that is public for ranges.
func Public(ranges ...string) Option { return func(s *settings) { s.public = ranges } }

// ServiceCIDR is the range of services.
func ServiceCIDR(cidr string) Option { return func(s *settings) { s.serviceCIDR = cidr } }

// IdentityProvider has users of an OIDC issuer of this name.
func IdentityProvider(name string) Option {
	return func(s *settings) { s.providers = append(s.providers, name) }
}

// Provider6 has the states as version 6 of Terraform's AWS provider writes them.
func Provider6() Option { return func(s *settings) { s.provider6 = true } }
