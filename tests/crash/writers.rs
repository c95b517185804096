//! Members who send during a crash. A send that is not acknowledged is repeated with the same id until it is.

use causerie_tests::Caller;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

#[derive(Debug, Clone)]
pub(crate) struct Acknowledged {
    pub(crate) id: Uuid,
    pub(crate) text: String,
    pub(crate) position: String,
    pub(crate) sends: u32,
}

pub(crate) struct Writers {
    url: watch::Sender<String>,
    count: watch::Sender<usize>,
    writing: JoinSet<Vec<Acknowledged>>,
}

impl Writers {
    /// Each member sends `count` messages to the group in sequence.
    pub(crate) fn start(members: Vec<Caller>, group: Uuid, each: usize, url: &str) -> Self {
        let (url, count) = (watch::Sender::new(url.to_owned()), watch::Sender::new(0));
        let mut writing = JoinSet::new();
        for (who, member) in members.into_iter().enumerate() {
            let (url, count) = (url.subscribe(), count.clone());
            writing.spawn(async move {
                let mut taken = Vec::with_capacity(each);
                for n in 0..each {
                    taken.push(insist(&member, group, format!("{who}: {n}"), url.clone()).await);
                    count.send_modify(|count| *count += 1);
                }
                taken
            });
        }
        Self { url, count, writing }
    }

    pub(crate) async fn have_sent(&self, many: usize) {
        let mut count = self.count.subscribe();
        count.wait_for(|count| *count >= many).await.expect("the writers write");
    }

    /// Continues with a restarted service, possibly at another address.
    pub(crate) fn go_on_at(&self, url: &str) {
        self.url.send_replace(url.to_owned());
    }

    pub(crate) async fn finish(self) -> Vec<Acknowledged> {
        self.writing.join_all().await.into_iter().flatten().collect()
    }
}

async fn insist(member: &Caller, group: Uuid, text: String, mut url: watch::Receiver<String>) -> Acknowledged {
    let id = Uuid::now_v7();
    let mut sends = 0;
    loop {
        let now = url.borrow_and_update().clone();
        sends += 1;
        match member.at(&now, "acme").try_send(group, id, &text).await {
            Ok(response) => {
                let position = response.done(201).position().to_owned();
                return Acknowledged { id, text, position, sends };
            }
            // The service has stopped, and a response may be lost.
            Err(_) => url.changed().await.expect("the service comes back"),
        }
    }
}
