using Recs.Client;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>Models come and go beneath a silo that serves.</summary>
public sealed class TrainingTests
{
    [Fact]
    public async Task A_loaded_catalogue_is_trained_on_and_again_when_it_has_doubled_and_old_tokens_still_count()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path);
        var client = new RecsClient(silo.Http);
        Assert.Equal("1", (await Active(client)).Version);

        await Load(client, 0, 40);
        await ServedSilo.Until(async () => (await Active(client)).Version == "2");
        // A silo looks for what is active every second.
        await ServedSilo.Until(async () => (await client.RecommendAsync(new RecommendRequest { Count = 5 })).Graph == "2");
        var slate = await client.RecommendAsync(new RecommendRequest { UserId = "t", Count = 5 });

        await Load(client, 40, 90);
        await ServedSilo.Until(async () => (await Active(client)).Version == "3");
        var clicked = slate.Items[0].Id;
        var before = await client.GetEdgesAsync(clicked);
        var answer = await client.SendEventsAsync(
            [new FeedbackEvent { Type = "click", DecisionId = slate.DecisionId, ItemId = clicked }]);
        Assert.Equal(1, answer.Accepted);
        await ServedSilo.Until(async () => await client.GetStatsAsync() is { Events: { Pending: 0 } });
        Assert.True((await client.GetEdgesAsync(clicked))!.Edges.Sum(edge => edge.B) > before!.Edges.Sum(edge => edge.B));
    }

    [Fact]
    public async Task The_trainer_makes_promotes_and_takes_back_models_of_a_silo_that_serves()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path, "--Recs:Retraining:Bootstrap=false");
        var client = new RecsClient(silo.Http);
        await Load(client, 0, 60);

        Assert.Equal(0, await Commands.Trainer("retrain", "--storage", storage.Path));
        Assert.Equal(0, await Commands.Trainer("promote", "2", "--storage", storage.Path));
        await ServedSilo.Until(async () => (await client.RecommendAsync(new RecommendRequest { Count = 5 })).Graph == "2");

        Assert.Equal(0, await Commands.Trainer("rollback", "--storage", storage.Path));
        await ServedSilo.Until(async () => (await client.RecommendAsync(new RecommendRequest { Count = 5 })).Graph == "1");
        Assert.Equal(0, await Commands.Trainer("list", "--storage", storage.Path));
    }

    [Fact]
    public async Task A_model_that_its_gates_refuse_is_kept_with_its_reasons_and_served_by_force_only()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path, "--Recs:Retraining:Gates:MaturedRowsMin=5");
        var client = new RecsClient(silo.Http);
        await Load(client, 0, 40);
        await ServedSilo.Until(async () => (await Active(client)).Version == "2");
        await Load(client, 40, 90);
        await ServedSilo.Until(async () => (await client.GetModelsAsync()).Models.Any(model => model.Version == "3"));

        Assert.Equal("2", (await Active(client)).Version);
        var refused = Assert.Single((await client.GetModelsAsync()).Models, model => model.Version == "3");
        var judgement = refused.Manifest.GetProperty("judgement");
        Assert.True(judgement.GetProperty("refused").GetBoolean());
        Assert.Equal("matured rows", Assert.Single(
            judgement.GetProperty("gates").EnumerateArray(), gate => !gate.GetProperty("holds").GetBoolean()).GetProperty("name").GetString());

        Assert.Equal(3, await Commands.Trainer("promote", "3", "--storage", storage.Path));
        Assert.Equal(409, await Promote(silo, "3"));
        Assert.Equal(400, await Promote(silo, "3", "?force=perhaps"));
        Assert.Equal("2", (await Active(client)).Version);
        Assert.Equal(200, await Promote(silo, "3", "?force=true"));
        Assert.Equal("3", (await Active(client)).Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_canary_serves_its_viewers_and_is_promoted_or_taken_back_by_what_it_earns(bool isBetter)
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(
            storage.Path, "--Recs:Retraining:Bootstrap=false",
            "--Recs:Retraining:Canary:Impressions=100", "--Recs:Retraining:Canary:Minutes=0");
        var client = new RecsClient(silo.Http);
        await Load(client, 0, 60);
        Assert.Equal(400, await Promote(silo, "1", "?share=1.5"));
        Assert.Equal(409, await Promote(silo, "1", "?share=0.5"));
        Assert.Equal(0, await Commands.Trainer("retrain", "--canary", "0.5", "--storage", storage.Path));
        await ServedSilo.Until(async () => (await Graphs(client)).Contains("2"));
        Assert.Equal(await Graphs(client), await Graphs(client));
        Assert.Equal(["1", "2"], (await Graphs(client)).Distinct().Order());
        Assert.Equal(0.5, Assert.Single((await client.GetModelsAsync()).Models, model => model.Version == "2").CanaryShare);

        for (var viewer = 0; viewer < 80; viewer++)
        {
            var slate = await client.RecommendAsync(new RecommendRequest { UserId = $"v{viewer}", Count = 5 });
            string[] types = (slate.Graph == "2") == isBetter ? ["impression", "click"] : ["impression"];
            _ = await client.SendEventsAsync(
            [
                .. from item in slate.Items
                   from type in types
                   select new FeedbackEvent { Type = type, DecisionId = slate.DecisionId, ItemId = item.Id },
            ]);
        }

        await ServedSilo.Until(async () => (await client.GetModelsAsync()).Models.All(model => model.CanaryShare == 0));
        var expected = isBetter ? "2" : "1";
        Assert.Equal(expected, (await Active(client)).Version);
        await ServedSilo.Until(async () => (await Graphs(client)).All(graph => graph == expected));
    }

    [Fact]
    public async Task A_rollback_during_a_trial_ends_the_trial()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path, "--Recs:Retraining:Bootstrap=false");
        var client = new RecsClient(silo.Http);
        await Load(client, 0, 60);
        Assert.Equal(0, await Commands.Trainer("retrain", "--storage", storage.Path));
        Assert.Equal(200, await Promote(silo, "2", "?share=0.25"));
        Assert.Equal(0.25, Assert.Single((await client.GetModelsAsync()).Models, model => model.Version == "2").CanaryShare);
        Assert.Contains("2", await Graphs(client));

        Assert.Equal(0, await Commands.Trainer("rollback", "--storage", storage.Path));

        Assert.Equal("1", (await Active(client)).Version);
        await ServedSilo.Until(async () => (await Graphs(client)).All(graph => graph == "1"));
    }

    [Fact]
    public async Task A_share_of_the_requests_that_name_no_policy_is_decided_uniformly()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(
            storage.Path, "--Recs:Retraining:Bootstrap=false", "--Recs:Bandit:UniformShare=0.25");
        var client = new RecsClient(silo.Http);
        await Load(client, 0, 60);
        List<string> policies = [];
        for (var request = 0; request < 200; request++)
        {
            policies.Add((await client.RecommendAsync(new RecommendRequest { UserId = $"u{request}", Count = 3 })).Policy);
        }

        Assert.InRange(policies.Count(policy => policy == "uniform"), 25, 80);
        Assert.Equal("hier-ucb", (await client.RecommendAsync(new RecommendRequest { Count = 3, Policy = "hier-ucb" })).Policy);
    }

    static async Task<List<string>> Graphs(RecsClient client)
    {
        List<string> graphs = [];
        for (var viewer = 0; viewer < 40; viewer++)
        {
            graphs.Add((await client.RecommendAsync(new RecommendRequest { UserId = $"g{viewer}", Count = 5 })).Graph);
        }

        return graphs;
    }

    static async Task<int> Promote(SiloProcess silo, string version, string query = "")
    {
        var path = $"/v1/models/{version}/promote{query}";
        using var answer = await silo.Http.PostAsync(new Uri(path, UriKind.Relative), null, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    static async Task<ModelDocument> Active(RecsClient client) =>
        Assert.Single((await client.GetModelsAsync()).Models, model => model.Active);

    static async Task Load(RecsClient client, int first, int last) => await client.UpsertItemsAsync(
        Enumerable.Range(first, last - first).Select(item => new ItemDocument { Id = $"i{item}", Categories = [$"c{item % 5}"] }));
}
