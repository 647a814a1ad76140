using System.Text.Json.Nodes;

namespace Recs.Silo.Endpoints;

/// <summary>An example of what each operation takes and answers, by the operation's id.</summary>
static class ApiExamples
{
    const string Token = "AQAAAbTokenOfTheDecision";

    static readonly Dictionary<string, string> Requests = new(StringComparer.Ordinal)
    {
        ["recommend"] = """{"userId":"u1","context":{"device":"tv"},"count":5,"surface":"home","filter":{"categories":["music"],"excludeSeen":true}}""",
        ["sendEvents"] = $$"""[{"eventId":"e1","type":"watch","decisionId":"{{Token}}","itemId":"v1","value":37.5,"at":"2026-11-01T12:00:00Z"}]""",
        ["putItems"] = """[{"id":"v1","categories":["music"],"creator":"c7","attributes":{"language":"fr"},"available":true}]""",
        ["patchItems"] = """[{"id":"v1","available":false,"creator":null}]""",
        ["putUsers"] = """[{"id":"u1","attributes":{"country":"fr"}}]""",
        ["patchUsers"] = """[{"id":"u1","attributes":{"country":"de"}}]""",
    };

    static readonly Dictionary<string, string> Answers = new(StringComparer.Ordinal)
    {
        ["recommend"] = $$"""{"decisionId":"{{Token}}","policy":"diag-ucb","graph":"12","items":[{"id":"v1","position":0,"score":0.81,"mean":0.4,"bonus":0.41,"propensity":0.05,"source":"bandit"}]}""",
        ["sendEvents"] = """{"accepted":1,"duplicates":0,"rejected":[]}""",
        ["putItems"] = """{"upserted":1,"rejected":[]}""",
        ["patchItems"] = """{"upserted":1,"rejected":[]}""",
        ["putUsers"] = """{"upserted":1,"rejected":[]}""",
        ["patchUsers"] = """{"upserted":0,"rejected":[{"index":0,"id":"u1","code":"unknown-user","detail":"id: there is no user of that id."}]}""",
        ["listItems"] = """{"items":[{"id":"v1","createdAt":"2026-11-01T12:00:00Z","available":true}],"next":"v1"}""",
        ["getItem"] = """{"id":"v1","createdAt":"2026-11-01T12:00:00Z","categories":["music"],"available":true}""",
        ["getItemEdges"] = """{"item":"v1","edges":[{"cluster":3,"d":12.5,"b":4.25,"mean":0.34}]}""",
        ["listTokenKeys"] = """{"keys":[{"id":1,"createdAt":"2026-11-01T12:00:00Z","signs":true}]}""",
        ["isLive"] = """{"status":"live"}""",
        ["isReady"] = """{"status":"ready"}""",
    };

    /// <summary>What the operation takes; null when there is no example.</summary>
    public static JsonNode? Request(string operation) => Read(Requests, operation);

    /// <summary>What the operation answers; null when there is no example.</summary>
    public static JsonNode? Answer(string operation) => Read(Answers, operation);

    static JsonNode? Read(Dictionary<string, string> examples, string operation) =>
        examples.TryGetValue(operation, out var json) ? JsonNode.Parse(json) : null;
}
