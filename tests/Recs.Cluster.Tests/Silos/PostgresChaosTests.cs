using Xunit;

namespace Recs.Cluster.Tests.Silos;

/// <summary>The log is in the database.</summary>
[Collection(typeof(WholeMachine))]
public sealed class PostgresChaosTests(ThreeSilos silos, ITestOutputHelper output) : ChaosTests(silos, output), IClassFixture<ThreeSilos>;
