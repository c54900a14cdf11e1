// Where scans are kept until the server has answered for them: in the browser's database, flushed to disk each time.
// Where the browser gives us none (a private window), they are kept in the page, as long as it is open.
const STRICT = { durability: "strict" };
const AT_ONCE = 25; // how many are read before the next look at the disk
let opening = null;

function open() {
  opening ??= openDatabase().catch(() => inThePage());
  return opening;
}

async function openDatabase() {
  const db = await window.idb.openDB("workshop", 1, {
    upgrade(fresh) {
      fresh.createObjectStore("scans", { keyPath: "n", autoIncrement: true }).createIndex("person", "person");
      fresh.createObjectStore("context");
    },
    terminated: () => (opening = null),
  });
  return {
    add: (scan) => inOne(db, ["scans"], async (scans) => {
      const ahead = await scans.index("person").openKeyCursor(IDBKeyRange.only(scan.person), "prev");
      await scans.add({ ...scan, behind: ahead?.primaryKey ?? null });
    }),
    next: (person) => db.getAllFromIndex("scans", "person", person, AT_ONCE),
    all: () => db.getAll("scans"),
    counts: async (person) => {
      const [mine, every] = await Promise.all([db.countFromIndex("scans", "person", person), db.count("scans")]);
      return { mine, others: every - mine };
    },
    context: (person) => db.get("context", person),
    // The scan goes and what it left behind is written down, both or neither. Not flushed: lost, it is sent once more.
    settle: (scan, context) => inOne(db, ["scans", "context"], async (scans, contexts) => {
      await scans.delete(scan.n);
      if (context) await contexts.put(context, scan.person);
    }, {}),
  };
}

async function inOne(db, names, work, how = STRICT) {
  const transaction = db.transaction(names, "readwrite", how);
  await work(...names.map((name) => transaction.objectStore(name)));
  await transaction.done;
}

function inThePage() {
  const scans = [];
  const contexts = new Map();
  let number = 0;
  const of = (person) => scans.filter((scan) => scan.person === person);
  return {
    add: async (scan) => scans.push({ ...scan, n: ++number, behind: of(scan.person).at(-1)?.n ?? null }),
    next: async (person) => of(person).slice(0, AT_ONCE),
    all: async () => [...scans],
    counts: async (person) => ({ mine: of(person).length, others: scans.length - of(person).length }),
    context: async (person) => contexts.get(person),
    settle: async (scan, context) => {
      scans.splice(scans.findIndex((each) => each.n === scan.n), 1);
      if (context) contexts.set(scan.person, context);
    },
  };
}

const call = (name) => async (...given) => (await open())[name](...given);

export const add = call("add");
export const next = call("next");
export const all = call("all");
export const counts = call("counts");
export const contextOf = call("context");
export const settle = call("settle");
