using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

using CsCheck;

using Recs.Cluster.Tests.Rig;

using Xunit;

namespace Recs.Cluster.Tests.Door;

/// <summary>A whole silo against hostile requests.</summary>
public sealed class SiloDoorTests(ITestOutputHelper output)
{
    static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("RECS_HOSTILE") ?? "10000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Nothing_that_a_client_sends_makes_a_5xx()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path);
        await PutItems(silo.Http);
        var statuses = new int[600];
        await HostileRequests.Any.SampleAsync(
            async request =>
            {
                using var message = request.Message();
                using var answer = await silo.Http.SendAsync(message);
                var status = (int)answer.StatusCode;
                _ = Interlocked.Increment(ref statuses[status]);
                var text = await answer.Content.ReadAsStringAsync();
                Assert.True(status < 500, $"{status} {text}");
                var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
                Assert.True(status < 400 || isProblem || request.Method == "HEAD", $"{status} without a problem: {text}");
            },
            iter: Requests,
            threads: 4);

        output.WriteLine(string.Join(", ", Enumerable.Range(0, 600).Where(status => statuses[status] > 0).Select(status => $"{status}: {statuses[status]}")));
        Assert.Equal(0, statuses.AsSpan(500).ToArray().Sum());
        Assert.True(statuses[200] > 0 && statuses[202] > 0 && statuses[400] > 0 && statuses[404] > 0, "every kind of answer must have been met");
        using var still = await silo.Http.PostAsJsonAsync("/v1/recommend", new { count = 5 });
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task Batches_may_have_ten_thousand_elements_and_no_more()
    {
        using var storage = new TemporaryFolder();
        await using var silo = await SiloProcess.Start(storage.Path);
        foreach (var (path, put) in new[] { ("/v1/items", true), ("/v1/users", true), ("/v1/events", false) })
        {
            using var most = await Send(silo.Http, path, put, Batch(10_000, put));
            Assert.True(most.IsSuccessStatusCode, $"{path}: {most.StatusCode}");
            using var more = await Send(silo.Http, path, put, Batch(10_001, put));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, more.StatusCode);
        }
    }

    [Theory]
    [InlineData("--Recs:Bandit:TopK=0", "Recs:Bandit:TopK = 0: expected 1 to 1000.")]
    [InlineData("--Recs:Bandit:TopKay=5", "Recs:Bandit:TopKay is not a known setting; did you mean Recs:Bandit:TopK?")]
    [InlineData("--urls=http://0.0.0.0:0", "http://0.0.0.0:0 is not a loopback address")]
    public async Task A_wrong_setting_stops_the_start_with_one_line(string argument, string told)
    {
        using var storage = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await SiloProcess.Start(storage.Path, argument));
        Assert.Contains("code 2", refused.Message, StringComparison.Ordinal);
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    static async Task PutItems(HttpClient http)
    {
        var items = Enumerable.Range(0, 50).Select(item => new { id = $"i{item}", categories = new[] { "music" }, embedding = new[] { item * 0.1, 1 } });
        using var answer = await http.PutAsJsonAsync("/v1/items", items);
        answer.EnsureSuccessStatusCode();
    }

    static byte[] Batch(int count, bool put) => put
        ? JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, count).Select(number => new { id = $"n{number}" }))
        : JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, count).Select(number => new { type = "click", userId = "u", itemId = $"n{number}" }));

    static async Task<HttpResponseMessage> Send(HttpClient http, string path, bool put, byte[] body)
    {
        using var request = new HttpRequestMessage(put ? HttpMethod.Put : HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(Encoding.UTF8.GetString(body), Encoding.UTF8, "application/json"),
        };
        return await http.SendAsync(request);
    }
}
