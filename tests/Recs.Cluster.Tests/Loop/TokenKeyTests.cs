using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;

using Recs.Client;
using Recs.Cluster.Tests.Rig;
using Recs.Schema.Http;

using Xunit;

namespace Recs.Cluster.Tests.Loop;

/// <summary>Keys of decision tokens over HTTP: a silo that runs rotates them, and refuses the tokens of one that was revoked.</summary>
public sealed class TokenKeyTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_rotated_and_revoked_while_the_silo_runs()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path, "--Recs:Retraining:Bootstrap=false");
        var client = new RecsClient(silo.Http);
        _ = await client.UpsertItemsAsync([new ItemDocument { Id = "a" }, new ItemDocument { Id = "b" }], Cancel);
        var old = await Token(client);
        var rotated = await silo.Http.PostAsync(new Uri("/v1/keys/rotate", UriKind.Relative), null, Cancel);
        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        Assert.DoesNotContain("secret", await rotated.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);

        var young = old;
        await ServedSilo.Until(async () => KeyOf(young = await Token(client)) != KeyOf(old), TimeSpan.FromSeconds(20));
        Assert.Equal([(KeyOf(young), true), (KeyOf(old), false)], (await Keys(silo.Http)).Select(key => (key.Id, key.Signs)));
        Assert.Equal((1, 1), (await Click(client, old), await Click(client, young)));

        using var revoked = await silo.Http.DeleteAsync(new Uri($"/v1/keys/{KeyOf(old)}", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        Assert.Equal((0, 1), (await Click(client, old), await Click(client, young)));
        foreach (var absent in (string[])[$"{KeyOf(old)}", "256", "-1", "x"])
        {
            using var answer = await silo.Http.DeleteAsync(new Uri($"/v1/keys/{absent}", UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    static async Task<IReadOnlyList<TokenKeyDocument>> Keys(HttpClient http) =>
        (await http.GetFromJsonAsync(new Uri("/v1/keys", UriKind.Relative), RecsJson.Default.TokenKeysResponse, Cancel))!.Keys;

    static async Task<string> Token(RecsClient client) =>
        (await client.RecommendAsync(new RecommendRequest { UserId = "v", Count = 1 }, Cancel)).DecisionId;

    static async Task<int> Click(RecsClient client, string token) =>
        (await client.SendEventsAsync([new FeedbackEvent { Type = "impression", DecisionId = token }], Cancel)).Accepted;

    static int KeyOf(string token) => Base64Url.DecodeFromChars(token)[1];
}
