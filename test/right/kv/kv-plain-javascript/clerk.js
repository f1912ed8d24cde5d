/** A client, with callbacks: whoever answers first ends the operation, also a server that was given up. */
export class Clerk {
  constructor(servers, me) {
    this.servers = servers;
    this.me = me;
    this.serial = 0;
    this.current = 0;
    this.answered = [];
  }

  get(key) {
    return this.start("get", [key]);
  }

  put(key, value) {
    return this.start("put", [key, value]).then(() => {});
  }

  append(key, value) {
    return this.start("append", [key, value]).then(() => {});
  }

  cas(key, expected, value) {
    return this.start("cas", [key, expected, value]);
  }

  start(op, args) {
    const id = `${this.me}/${++this.serial}`;
    // Which of its own were answered, the last few: each is told of several times, as an entry may be lost.
    const text = JSON.stringify({ id, op, args, answered: this.answered.slice(-8) });
    return new Promise((resolve) => {
      let isOver = false;
      const finish = (result) => {
        if (isOver) return;
        isOver = true;
        this.answered.push(id);
        resolve(result);
      };
      const attempt = (tries) => {
        if (isOver) return;
        const at = this.current;
        let isLate = false;
        const next = () => {
          if (isLate) return;
          isLate = true;
          if (this.current === at) this.current = (at + 1) % this.servers.length;
          setTimeout(() => attempt(tries + 1), tries % this.servers.length === 0 ? 30 : 0);
        };
        const timer = setTimeout(next, 350);
        this.servers[at].call("run", text).then((reply) => {
          if (reply !== null && !reply.tryElsewhere) finish(reply.result);
          else {
            clearTimeout(timer);
            next();
          }
        });
      };
      attempt(1);
    });
  }
}
