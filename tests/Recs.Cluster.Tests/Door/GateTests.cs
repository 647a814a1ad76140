using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Recs.Silo.Door;
using Recs.Silo.Options;

using Xunit;

namespace Recs.Cluster.Tests.Door;

/// <summary>Keys, roles, limits and problems, over HTTP.</summary>
public sealed class GateTests
{
    const string Serve = "serve-0123456789abcdef";
    const string Catalogue = "catalogue-0123456789abcdef";
    const string Admin = "admin-0123456789abcdef";

    static readonly RecsOptions WithKeys = new()
    {
        Auth = new AuthOptions
        {
            Keys =
            [
                new AuthKey { Key = Serve, Name = "shop", Roles = ["serve"] },
                new AuthKey { Key = Catalogue, Roles = ["catalogue"] },
                new AuthKey { KeySha256 = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Admin))), Roles = ["admin"] },
            ],
        },
    };

    [Fact]
    public async Task A_key_opens_what_its_role_may_do_and_nothing_else()
    {
        await using var host = await DoorHost.Start(WithKeys);
        (string Method, string Path, string? Key, int Status)[] expected =
        [
            ("POST", "/serve", Serve, 200), ("POST", "/serve", Catalogue, 403), ("POST", "/serve", Admin, 200),
            ("POST", "/serve", null, 401), ("POST", "/serve", Serve + "x", 401), ("POST", "/serve", "é", 401),
            ("PUT", "/catalogue", Catalogue, 200), ("PUT", "/catalogue", Serve, 403), ("PUT", "/catalogue", Admin, 200),
            ("GET", "/admin", Admin, 200), ("GET", "/admin", Serve, 403), ("GET", "/admin", null, 401),
            ("GET", "/", null, 200), ("GET", "/health/live", null, 200), ("GET", "/nowhere", null, 401), ("GET", "/nowhere", Serve, 404),
        ];
        foreach (var (method, path, key, status) in expected)
        {
            foreach (var header in new[] { "Authorization", "x-api-key" })
            {
                using var answer = await Send(host.Http, method, path, header, header == "Authorization" && key is not null ? $"Bearer {key}" : key);
                Assert.True(status == (int)answer.StatusCode, $"{method} {path} with {key}: {answer.StatusCode}");
                if (status >= 400)
                {
                    await AssertProblem(answer);
                }
            }
        }

        using var unknown = await Send(host.Http, "GET", "/admin", "x-api-key", null);
        Assert.Equal("Bearer", unknown.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Without_keys_everything_is_open()
    {
        await using var host = await DoorHost.Start(new RecsOptions());
        using var answer = await host.Http.GetAsync(new Uri("/admin", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Over_its_limit_a_key_is_told_when_to_come_back_and_the_others_go_on()
    {
        var time = new ManualTime();
        await using var host = await DoorHost.Start(WithKeys with { Limits = new LimitOptions { RequestsPerSecond = 1, Burst = 3 } }, time);
        Assert.Equal((int[])[200, 200, 200, 429], await Statuses(host.Http, "POST", "/serve", Serve, 4));
        using (var refused = await Send(host.Http, "POST", "/serve", "x-api-key", Serve))
        {
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
            await AssertProblem(refused);
        }

        Assert.Equal((int[])[200], await Statuses(host.Http, "POST", "/serve", Admin, 1));
        Assert.Equal((int[])[200, 200, 200, 200, 200], await Statuses(host.Http, "GET", "/health/live", null, 5));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((int[])[200, 200, 429], await Statuses(host.Http, "POST", "/serve", Serve, 3));
    }

    [Fact]
    public void Addresses_have_their_own_limits_and_an_ipv6_network_has_one()
    {
        var limits = new CallerLimits(new KeyGate(new AuthOptions()), new LimitOptions { RequestsPerSecond = 1 }, new ManualTime());
        Assert.Equal([0, 1], new[] { "2001:db8::1", "2001:db8::ffff" }.Select(address => limits.Take(null, IPAddress.Parse(address))));
        var addresses = Enumerable.Range(1, 200).Select(number => IPAddress.Parse($"10.0.0.{number}")).ToArray();
        Assert.InRange(addresses.Count(address => limits.Take(null, address) == 0), 150, 200);
        Assert.All(addresses, address => Assert.Equal(1, limits.Take(null, address)));
    }

    [Fact]
    public async Task That_it_cannot_answer_is_logged_once_a_second_with_how_many_more_it_could_not()
    {
        var (time, log) = (new ManualTime(), new KeptLog());
        await using var host = await DoorHost.Start(new RecsOptions(), time, log);
        for (var second = 0; second < 2; second++)
        {
            for (var request = 0; request < 5; request++)
            {
                using var answer = await Send(host.Http, "GET", "/unavailable", "x-api-key", null);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            ["/unavailable could not be served now; 0 more could not since this was last said.",
                "/unavailable could not be served now; 4 more could not since this was last said."],
            log.Messages.Where(message => message.Contains("could not be served", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_goes_wrong_is_a_problem_and_tells_nothing_of_ours()
    {
        await using var host = await DoorHost.Start(new RecsOptions());
        (string Method, string Path, int Status)[] expected =
        [
            ("GET", "/fault", 500), ("GET", "/overloaded", 429), ("GET", "/unavailable", 503), ("GET", "/nowhere", 404), ("DELETE", "/serve", 405),
        ];
        foreach (var (method, path, status) in expected)
        {
            using var answer = await Send(host.Http, method, path, "x-api-key", null);
            Assert.Equal(status, (int)answer.StatusCode);
            var problem = await AssertProblem(answer);
            Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
            Assert.Equal(status is 429 or 503, answer.Headers.RetryAfter is not null);
            Assert.Equal(status == 405, answer.Content.Headers.Allow.Contains("POST"));
        }
    }

    [Fact]
    public async Task An_answer_that_fails_halfway_does_not_look_whole()
    {
        await using var host = await DoorHost.Start(new RecsOptions());
        _ = await Assert.ThrowsAnyAsync<HttpRequestException>(() => host.Http.GetStringAsync(new Uri("/halfway", UriKind.Relative)));
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("APPLICATION/JSON; charset=\"UTF-8\"", 200)]
    [InlineData(null, 200)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/x-ndjson", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("jsonish", 415)]
    public async Task Only_json_in_utf8_is_read(string? type, int status)
    {
        await using var host = await DoorHost.Start(new RecsOptions());
        using var answer = await Post(host.Http, "[1,2]"u8.ToArray(), type);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_may_be_as_large_as_allowed_and_a_larger_one_is_told_so(bool chunked)
    {
        const int Most = 8 * 1024 * 1024;
        await using var host = await DoorHost.Start(new RecsOptions());
        foreach (var (length, status) in new[] { (Most, 200), (Most + 1, 413), (3 * Most, 413) })
        {
            var body = new byte[length];
            Array.Fill(body, (byte)' ');
            (body[0], body[^1]) = ((byte)'[', (byte)']');
            using var answer = await Post(host.Http, body, "application/json", chunked);
            Assert.Equal(status, (int)answer.StatusCode);
        }

        await UntilReturned(host.Budget);
    }

    [Fact]
    public async Task Compressed_bodies_are_refused()
    {
        await using var host = await DoorHost.Start(new RecsOptions());
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await host.Http.PostAsync(new Uri("/read", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task Bodies_beyond_the_budget_wait_for_another_time()
    {
        await using var host = await DoorHost.Start(new RecsOptions { Limits = new LimitOptions { BufferedBytesMax = 1 << 20 } });
        using var answer = await Post(host.Http, new byte[4 << 20], "application/json");
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        await UntilReturned(host.Budget);
    }

    [Fact]
    public async Task A_caller_has_a_share_of_the_budget_and_small_bodies_have_a_reserve()
    {
        const int Large = 200_000;
        await using var host = await DoorHost.Start(new RecsOptions { Limits = new LimitOptions { BufferedBytesMax = 1 << 20 } });
        host.Budget.Take(0, Large, Large);
        Assert.Equal(429, Assert.Throws<DoorException>(() => host.Budget.Take(0, Large, 2 * Large)).Status);
        for (var caller = 1; caller < 4; caller++)
        {
            host.Budget.Take(caller, Large, Large);
        }

        Assert.Equal(503, Assert.Throws<DoorException>(() => host.Budget.Take(4, Large, Large)).Status);
        host.Budget.Take(4, BodyBudget.SmallBytesMax, BodyBudget.SmallBytesMax);
        host.Budget.Take(0, BodyBudget.SmallBytesMax, BodyBudget.SmallBytesMax);
        Assert.Equal((4 * Large) + (2 * BodyBudget.SmallBytesMax), host.Budget.Taken);
    }

    static async Task UntilReturned(BodyBudget budget)
    {
        // The buffer goes back when the server is done with the request, which is after the client has its answer.
        for (var attempt = 0; budget.Taken > 0 && attempt < 200; attempt++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(0, budget.Taken);
    }

    static async Task<int[]> Statuses(HttpClient http, string method, string path, string? key, int count)
    {
        var statuses = new int[count];
        for (var index = 0; index < count; index++)
        {
            using var answer = await Send(http, method, path, "x-api-key", key);
            statuses[index] = (int)answer.StatusCode;
        }

        return statuses;
    }

    static async Task<HttpResponseMessage> Send(HttpClient http, string method, string path, string header, string? value)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (value is not null && value.All(char.IsAscii))
        {
            _ = request.Headers.TryAddWithoutValidation(header, value);
        }

        return await http.SendAsync(request);
    }

    static async Task<HttpResponseMessage> Post(HttpClient http, byte[] body, string? type, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/read", UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        if (type is not null)
        {
            _ = request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await http.SendAsync(request);
    }

    static async Task<string> AssertProblem(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        using var problem = JsonDocument.Parse(text);
        Assert.Equal((int)answer.StatusCode, problem.RootElement.GetProperty("status").GetInt32());
        return text;
    }
}
