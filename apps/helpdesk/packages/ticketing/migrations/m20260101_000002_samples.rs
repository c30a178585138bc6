//! Tickets for trying things out, in English and Persian, at times before now.

use ravand::sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, Set, TransactionTrait};
use ravand::sea_orm_migration::{self, prelude::*};

use crate::libraries::clock::now;
use crate::models::status::Status;
use crate::models::{message, ticket};

/// Fills in a dozen tickets with their messages.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A ticket: its text, its state, its author, its messages.
struct Sample {
    subject: &'static str,
    department: &'static str,
    status: Status,
    public: bool,
    author: Author,
    messages: &'static [(Ago, Who, &'static str)],
}

/// Name, e-mail address, language.
type Author = (&'static str, &'static str, &'static str);

/// How long ago, in minutes.
type Ago = i64;

/// Who wrote a message.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    Author,
    Staff(&'static str),
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

const SARA: Who = Who::Staff("Sara Karimi");
const OMID: Who = Who::Staff("Omid Rahimi");
/// The customer of the user panel's own samples.
const DANIEL: Author = ("Daniel Weber", "customer@helpdesk.example", "en_US");

const SAMPLES: [Sample; 13] = [
    Sample {
        subject: "The password reset mail never arrives",
        department: "support",
        status: Status::Closed,
        public: true,
        author: ("Maria Oliveira", "maria.oliveira@mail.example", "en_US"),
        messages: &[
            (
                19 * DAY,
                Who::Author,
                "I asked for a new password three times this morning, and no mail came. It is not among the spam either. The address is the one I am writing from.",
            ),
            (
                19 * DAY - 3 * HOUR,
                SARA,
                "Thank you for writing. Your provider refused our mails because of a wrong SPF record on our side. It is mended since ten minutes ago. Would you try once more?",
            ),
            (18 * DAY, Who::Author, "It came at once now. Thank you!"),
            (
                18 * DAY - HOUR,
                SARA,
                "Glad to hear it. I am closing this ticket; write again if it comes back.",
            ),
        ],
    },
    Sample {
        subject: "فاکتور اردیبهشت را دو بار دریافت کردم",
        department: "billing",
        status: Status::Closed,
        public: true,
        author: ("نگار محمدی", "negar@mail.example", "fa_IR"),
        messages: &[
            (
                12 * DAY,
                Who::Author,
                "سلام. برای سرویس میزبانی‌ام دو فاکتور با یک مبلغ صادر شده است. لطفاً یکی را باطل کنید.",
            ),
            (
                12 * DAY - 2 * HOUR,
                OMID,
                "سلام خانم محمدی. فاکتور دوم به‌اشتباه صادر شده بود و باطل شد. مبلغی از حساب شما کم نشده است.",
            ),
            (11 * DAY, Who::Author, "دیدم، درست شد. ممنون از پیگیری سریع."),
        ],
    },
    Sample {
        subject: "Can I move my plan to yearly payment?",
        department: "sales",
        status: Status::Answered,
        public: true,
        author: ("Tom Becker", "tom@becker.example", "en_US"),
        messages: &[
            (
                3 * DAY,
                Who::Author,
                "We pay by the month and would like to pay by the year instead. Is there a discount, and does it start at once?",
            ),
            (
                2 * DAY,
                OMID,
                "Yes: a year costs as much as ten months. The change takes effect with your next bill, on the first of the month. Shall I make it for you?",
            ),
        ],
    },
    Sample {
        subject: "Exported CSV shows broken letters in Excel",
        department: "support",
        status: Status::Answered,
        public: true,
        author: ("Anna Lindqvist", "anna.lindqvist@mail.example", "en_US"),
        messages: &[
            (
                5 * DAY,
                Who::Author,
                "When I open the exported list in Excel, names such as \"Åström\" come out as \"Ã…strÃ¶m\". In a text editor the file looks right.",
            ),
            (
                4 * DAY,
                SARA,
                "Excel takes a CSV file for an old code page unless it begins with a byte order mark. The export has one since yesterday's version. Please export again and tell us whether it is right now.",
            ),
        ],
    },
    Sample {
        subject: "درخواست افزایش فضای دیسک",
        department: "support",
        status: Status::InProgress,
        public: true,
        author: ("رضا احمدی", "reza.ahmadi@mail.example", "fa_IR"),
        messages: &[
            (
                2 * DAY,
                Who::Author,
                "سلام، فضای دیسک سرور ما رو به پایان است. امکان افزایش آن بدون قطع سرویس وجود دارد؟ حدود ۲۰۰ گیگابایت نیاز داریم.",
            ),
            (
                DAY + 20 * HOUR,
                SARA,
                "سلام آقای احمدی. بله، امکان‌پذیر است. تیم زیرساخت در حال آماده‌سازی دیسک جدید است و تا فردا نتیجه را همین‌جا اعلام می‌کنیم.",
            ),
        ],
    },
    Sample {
        subject: "API answers 429 although we are below the limit",
        department: "support",
        status: Status::InProgress,
        public: true,
        author: DANIEL,
        messages: &[
            (
                DAY + 5 * HOUR,
                Who::Author,
                "Our nightly job makes about 40 requests a minute and gets 429 since Tuesday. The documentation says 60 a minute. Did the limit change?\n\nA request id: 7f3c-22a9-e1",
            ),
            (
                DAY + HOUR,
                OMID,
                "The limit is the same. Your two servers share one address, and the limit was counted for the address and not for the key. We are changing that; I will write here when it is live.",
            ),
            (20 * HOUR, Who::Author, "That explains it. We have spread the job over two hours until then."),
        ],
    },
    Sample {
        subject: "Invoice needs our new postal address",
        department: "billing",
        status: Status::Answered,
        public: false,
        author: DANIEL,
        messages: &[
            (
                30 * HOUR,
                Who::Author,
                "We have moved. Please put this address on all invoices from now on:\n\nWeber & Sons\nHafenstr. 12\n20457 Hamburg",
            ),
            (
                6 * HOUR,
                SARA,
                "Done: the next invoice has the new address. I have also sent you last month's invoice once more with it.",
            ),
        ],
    },
    Sample {
        subject: "Dark mode for the customer panel",
        department: "feedback",
        status: Status::Answered,
        public: true,
        author: ("Yuki Tanaka", "yuki@mail.example", "en_US"),
        messages: &[
            (
                16 * HOUR,
                Who::Author,
                "I work at night and the white pages are hard on my eyes. Please consider a dark theme.",
            ),
            (
                9 * HOUR,
                OMID,
                "It is there already: the pages follow the setting of your system. In most systems it is under \"Appearance\". Tell us how you like it.",
            ),
        ],
    },
    Sample {
        subject: "گواهی SSL دامنه تمدید نشده است",
        department: "support",
        status: Status::Open,
        public: true,
        author: ("مهدی کاظمی", "mahdi.kazemi@mail.example", "fa_IR"),
        messages: &[(
            7 * HOUR,
            Who::Author,
            "سلام. از صبح مرورگرها هنگام باز کردن سایت ما هشدار امنیتی می‌دهند. تاریخ گواهی دیشب به پایان رسیده و به‌طور خودکار تمدید نشده است.",
        )],
    },
    Sample {
        subject: "Two-factor log-in refuses correct codes",
        department: "support",
        status: Status::Open,
        public: true,
        author: ("Grace Mensah", "grace.mensah@mail.example", "en_US"),
        messages: &[
            (
                5 * HOUR,
                Who::Author,
                "Since I changed my phone the six digits are refused, although the app shows a fresh code every time.",
            ),
            (
                4 * HOUR,
                SARA,
                "Is the clock of the new phone set by the network? A difference of more than a minute is enough to make codes wrong.",
            ),
            (
                150,
                Who::Author,
                "It is set by the network and shows the right time. Still refused. I have one recovery code left and do not dare to use it.",
            ),
        ],
    },
    Sample {
        subject: "Offer for 40 seats for a school",
        department: "sales",
        status: Status::Open,
        public: false,
        author: ("Peter Novák", "novak@school.example", "en_US"),
        messages: &[(
            3 * HOUR,
            Who::Author,
            "We are a primary school with 40 teachers and look for a help desk for parents' questions. Is there a price for schools? We need it from September on.",
        )],
    },
    Sample {
        subject: "پیشنهاد: اطلاع‌رسانی پیامکی برای پاسخ تیکت‌ها",
        department: "feedback",
        status: Status::Open,
        public: true,
        author: ("لیلا حسینی", "leila@mail.example", "fa_IR"),
        messages: &[(
            100,
            Who::Author,
            "سلام و خسته نباشید. ایمیل را دیر به دیر می‌بینم. اگر هنگام پاسخ به تیکت پیامک هم ارسال شود خیلی عالی می‌شود.",
        )],
    },
    Sample {
        subject: "Page stays blank on an old tablet",
        department: "support",
        status: Status::Open,
        public: true,
        author: ("Samuel Okafor", "samuel.okafor@mail.example", "en_US"),
        messages: &[(
            25,
            Who::Author,
            "On my tablet (a browser from 2019) the statistics page stays blank; on my computer it is fine. Everything else works on the tablet too.",
        )],
    },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let now = now();
        let find = Query::select()
            .column("id")
            .from("userpanel_users")
            .and_where(Expr::col("email").eq(DANIEL.1))
            .to_owned();
        let customer = match db.query_one(&find).await? {
            Some(row) => Some(row.try_get::<i64>("", "id")?),
            None => None,
        };
        let all = db.begin().await?;
        for sample in &SAMPLES {
            insert(&all, sample, customer, now).await?;
        }
        all.commit().await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let subjects = SAMPLES.iter().map(|sample| sample.subject);
        let samples = Query::delete()
            .from_table("ticketing_tickets")
            .and_where(Expr::col("subject").is_in(subjects))
            .to_owned();
        manager.execute(samples).await
    }
}

async fn insert(
    db: &impl ConnectionTrait,
    sample: &Sample,
    customer: Option<i64>,
    now: i64,
) -> Result<(), DbErr> {
    let at = |ago: Ago| now - ago * 60;
    let (name, email, lang) = sample.author;
    let times = || sample.messages.iter().map(|(ago, _, _)| at(*ago));
    let answered =
        sample.messages.iter().filter(|(_, who, _)| *who != Who::Author).map(|(ago, _, _)| at(*ago)).max();
    let ticket = ticket::ActiveModel {
        subject: Set(sample.subject.to_owned()),
        department: Set(sample.department.to_owned()),
        status: Set(sample.status),
        public: Set(sample.public),
        user_id: Set(if email == DANIEL.1 { customer } else { None }),
        author_name: Set(name.to_owned()),
        author_email: Set(email.to_owned()),
        lang: Set(lang.to_owned()),
        access_key: Set(random_key()?),
        created_at: Set(times().min().unwrap_or(now)),
        updated_at: Set(times().max().unwrap_or(now)),
        answered_at: Set(answered),
        ..Default::default()
    };
    let id = ticket.insert(db).await?.id;
    let messages = sample.messages.iter().map(|(ago, who, body)| {
        let (author, from_staff) = match who {
            Who::Author => (name, false),
            Who::Staff(name) => (*name, true),
        };
        message::ActiveModel {
            ticket_id: Set(id),
            author: Set(author.to_owned()),
            from_staff: Set(from_staff),
            body: Set((*body).to_owned()),
            created_at: Set(at(*ago)),
            ..Default::default()
        }
    });
    message::Entity::insert_many(messages).exec_without_returning(db).await?;
    Ok(())
}

fn random_key() -> Result<String, DbErr> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| DbErr::Custom(format!("no random numbers: {error}")))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}
