namespace Recs.Silo.Demo;

/// <summary>The 24 categories of the sample catalogue.</summary>
static class DemoTopics
{
    /// <summary>All categories; an item's category is an index into this list, so the order is part of the sample.</summary>
    public static IReadOnlyList<DemoTopic> All { get; } =
    [
        Topic("music", "A bass line|The second verse|A borrowed cello|Four chords|A drum loop|The last encore", "taken apart|recorded in a stairwell|played too slowly|from memory|in an odd metre"),
        Topic("cooking", "Cold-kitchen bread|A broth|Brown butter|Pickled plums|One-pan noodles|The sharp knife", "without a recipe|in twenty minutes|the way my aunt made it|for nine guests|done properly"),
        Topic("travel", "A night train|The coastal ferry|A border town|Two days in Lviv|The slow bus|An empty island", "out of season|with one bag|before the crowds|and back again|by accident"),
        Topic("climbing", "A wet slab|The long traverse|Crimps|Fear of falling|A first lead|The descent", "after forty|in bad shoes|step by step|on granite|and what it teaches"),
        Topic("woodworking", "A dovetail|The crooked bench|Green oak|Hand planes|A spoon|The shop stove", "cut by hand|from scrap|with three tools|that lasts|on a rainy day"),
        Topic("astronomy", "A comet|Saturn|The radio sky|A dying star|Moonless hours|The cheap telescope", "from a balcony|for beginners|in real time|explained with oranges|last week"),
        Topic("football", "The offside trap|A late winner|The reserve keeper|Pressing|A penalty|The away end", "frame by frame|that changed the season|nobody practises|in numbers|on a frozen pitch"),
        Topic("cycling", "A steel frame|The gravel loop|Tubeless tyres|A headwind|The mountain stage|Gearing", "for heavy loads|at sunrise|explained slowly|against the clock|under a hundred"),
        Topic("gardening", "A north-facing bed|Tomatoes|The compost heap|Seed saving|A pear tree|Slugs", "in a short summer|with no budget|from cuttings|and other failures|in week twelve"),
        Topic("history", "A forged letter|The salt road|A failed revolt|The census of 1891|Harbour chains|A lost archive", "in ten objects|retold|and who paid for it|seen from below|with maps"),
        Topic("programming", "A lock-free queue|The slow query|Parsers|A memory leak|Property tests|The build", "from first principles|in one file|at three in the morning|that I regret|measured twice"),
        Topic("mathematics", "A random walk|The pigeonhole|Knots|Prime gaps|A fair coin|The harmonic series", "drawn by hand|in five minutes|and a surprise|without symbols|taken seriously"),
        Topic("film", "A long take|The third act|Practical effects|A bad remake|Silent comedy|The cutaway", "shot by shot|on a small budget|that still works|under one lamp|and its sound"),
        Topic("theatre", "An understudy|The prompt book|A bare stage|Masks|The matinee|A cold reading", "on opening night|in rehearsal|for radio|that went wrong|in two voices"),
        Topic("animals", "A rescued crow|Street cats|The otter camera|An old dog|Bats|The beehive", "in winter|who learned a trick|at close range|after dark|and their neighbours"),
        Topic("health", "A bad shoulder|Sleep|The first kilometre|Breathing|Migraine|A standing desk", "what the trials say|without equipment|week by week|for sceptics|told by a nurse"),
        Topic("money", "An index fund|The rent|A small pension|Receipts|Compound interest|The used car", "in plain words|without spreadsheets|at twenty-five|gone wrong|and the fine print"),
        Topic("fashion", "A waxed jacket|Raw denim|The mending pile|Shoes|A borrowed suit|Wool", "repaired|for one winter|cut from a curtain|worn daily|and where it is made"),
        Topic("gaming", "A blind run|The tutorial level|Turn order|A broken build|Co-op|The save file", "with no hits|twenty years later|for two players|and why it works|on old hardware"),
        Topic("electronics", "A dead synth|The tape deck of 1974|Solder|A logic analyser|Batteries|The weather station", "opened up|brought back|for under ten|on a breadboard|and one mistake"),
        Topic("languages", "The subjunctive|A dialect|Loanwords|Vowel length|A menu|False friends", "in one song|by listening|for the stubborn|at the market|without grammar"),
        Topic("architecture", "A stairwell|Brutalist housing|The corner window|Brick bonds|A timber hall|The drain", "drawn in section|before demolition|and its shadow|lived in|at one to fifty"),
        Topic("weather", "A stalled front|Hail|The jet stream|Fog|A dry spring|The barometer", "hour by hour|seen from the train|and how we know|over the bay|by hand"),
        Topic("comedy", "The office kettle|A wedding toast|My landlord|Small talk|A heckler|The self-checkout", "live|in one breath|told badly|with diagrams|and no survivors"),
    ];

    static DemoTopic Topic(string name, string subjects, string turns) => new(name, subjects.Split('|'), turns.Split('|'));
}
