using System.Globalization;

using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Propensities;

/// <summary>
/// The propensities that a silo answers are those by which it draws: of every policy and five kinds of requests, through HTTP.
/// </summary>
/// <remarks>
/// <c>RECS_PROPENSITY_DRAWS</c> says how many slates of each; <c>tests/propensities</c> draws 8,000 and prints the table.
/// </remarks>
public sealed class PropensityTests(Shapes silo) : IClassFixture<Shapes>
{
    const double Significance = 1e-4;
    const int AtOnce = 8;

    static readonly int Draws = int.Parse(Environment.GetEnvironmentVariable("RECS_PROPENSITY_DRAWS") ?? "200", CultureInfo.InvariantCulture);
    static readonly string? Table = Environment.GetEnvironmentVariable("RECS_PROPENSITY_TABLE");

    public static TheoryData<string> Policies => Loop.SlateTests.Policies;

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Slates_come_as_often_as_their_propensities_say_and_these_sum_to_one(string policy)
    {
        foreach (var shape in Shapes.Names)
        {
            var outcomes = await Draw(Shapes.Request(shape, policy));
            var p = outcomes.PValue();
            if (Table is not null)
            {
                await File.AppendAllTextAsync(Table, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{policy,-15} {shape,-11} {outcomes.Draws,7} draws {outcomes.Distinct,5} slates   sum {outcomes.Sum:0.0000}   p {p:0.0000}   not come {outcomes.Unseen:0.0000}\n"));
            }

            var tests = Policies.Count * Shapes.Names.Length;
            Assert.True(p * tests > Significance, $"{shape}: counts differ from propensities, p = {p}");
            Assert.True(
                outcomes.Sum <= 1.01 && outcomes.Sum + outcomes.Unseen >= 0.99 - outcomes.UnseenError,
                $"{shape}: propensities sum to {outcomes.Sum}, and what did not come is about {outcomes.Unseen}");
            Assert.True(outcomes.Spread <= 1e-3, $"{shape}: one slate has propensities that differ by {outcomes.Spread}");
        }
    }

    async Task<Outcomes> Draw(RecommendRequest request)
    {
        var outcomes = new Outcomes();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Draws),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (_, cancel) =>
            {
                var slate = await silo.Client.RecommendAsync(request, cancel);
                var items = string.Join(' ', slate.Items.Select(item => item.Id));
                var propensity = slate.Items.Aggregate(1.0, (product, item) => product * item.Propensity);
                lock (outcomes)
                {
                    outcomes.Add(items, propensity);
                }
            });
        return outcomes;
    }
}
