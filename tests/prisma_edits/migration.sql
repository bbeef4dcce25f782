-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "shop";

-- CreateEnum
CREATE TYPE "Mood" AS ENUM ('calm', 'happy', 'sad');

-- CreateEnum
CREATE TYPE "shop"."levels" AS ENUM ('low', 'high');

-- CreateTable
CREATE TABLE "Wide" (
    "id" SERIAL NOT NULL,
    "big" BIGINT NOT NULL DEFAULT 9000000000,
    "small" SMALLINT NOT NULL DEFAULT 3,
    "ratio" DOUBLE PRECISION NOT NULL DEFAULT 1.5,
    "real" REAL,
    "price" DECIMAL(10,2) NOT NULL DEFAULT 1.50,
    "money" MONEY,
    "flag" BOOLEAN NOT NULL DEFAULT true,
    "text" TEXT NOT NULL DEFAULT 'it''s',
    "short" VARCHAR(20) NOT NULL DEFAULT 'x',
    "fixed" CHAR(3),
    "uuid" UUID NOT NULL DEFAULT gen_random_uuid(),
    "cuid" TEXT NOT NULL,
    "made" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "zoned" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "day" DATE,
    "clock" TIME(3),
    "since" TIMESTAMP(3) NOT NULL DEFAULT '2020-01-01 00:00:00 +00:00',
    "touched" TIMESTAMP(3) NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{"a": 1}',
    "plain" JSON,
    "bytes" BYTEA NOT NULL DEFAULT '\x68656c6c6f',
    "mood" "Mood" NOT NULL DEFAULT 'happy',
    "moods" "Mood"[] DEFAULT ARRAY['calm', 'sad']::"Mood"[],
    "tags" TEXT[] DEFAULT ARRAY['a', 'b']::TEXT[],
    "counts" INTEGER[] DEFAULT ARRAY[1, 2]::INTEGER[],
    "times" TIMESTAMP(3)[] DEFAULT ARRAY['2020-01-01 00:00:00 +00:00']::TIMESTAMP(3)[],
    "hidden" TEXT,
    "renamed" TEXT NOT NULL,
    "open" INTEGER,
    "shape" circle,
    "level" "shop"."levels",
    "email" TEXT NOT NULL,
    "code" TEXT NOT NULL,

    CONSTRAINT "Wide_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop"."parts" (
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,
    "wideId" INTEGER NOT NULL,
    "otherId" INTEGER,

    CONSTRAINT "parts_pkey" PRIMARY KEY ("a","b")
);

-- CreateTable
CREATE TABLE "Name" (
    "id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "a" INTEGER NOT NULL,
    "b" INTEGER NOT NULL,

    CONSTRAINT "name_key" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop"."Secret" (
    "id" INTEGER NOT NULL,
    "word" TEXT NOT NULL,

    CONSTRAINT "Secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "_friends" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,

    CONSTRAINT "_friends_AB_pkey" PRIMARY KEY ("A","B")
);

-- CreateIndex
CREATE UNIQUE INDEX "Wide_email_key" ON "Wide"("email");

-- CreateIndex
CREATE UNIQUE INDEX "by_code" ON "Wide"("code");

-- CreateIndex
CREATE INDEX "Wide_text_idx" ON "Wide"("text");

-- CreateIndex
CREATE INDEX "Wide_made_text_idx" ON "Wide"("made" DESC, "text");

-- CreateIndex
CREATE INDEX "Wide_short_idx" ON "Wide" USING HASH ("short");

-- CreateIndex
CREATE INDEX "data_path" ON "Wide" USING GIN ("data" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "Wide_tags_idx" ON "Wide" USING GIN ("tags");

-- CreateIndex
CREATE INDEX "flagged" ON "Wide"("flag") WHERE ("flag" = true);

-- CreateIndex
CREATE UNIQUE INDEX "Wide_small_ratio_key" ON "Wide"("small", "ratio");

-- CreateIndex
CREATE INDEX "_friends_B_index" ON "_friends"("B");

-- AddForeignKey
ALTER TABLE "shop"."parts" ADD CONSTRAINT "parts_wideId_fkey" FOREIGN KEY ("wideId") REFERENCES "Wide"("id") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "shop"."parts" ADD CONSTRAINT "part_other" FOREIGN KEY ("otherId", "b") REFERENCES "shop"."parts"("a", "b") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Name" ADD CONSTRAINT "Name_a_b_fkey" FOREIGN KEY ("a", "b") REFERENCES "shop"."parts"("a", "b") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_friends" ADD CONSTRAINT "_friends_A_fkey" FOREIGN KEY ("A") REFERENCES "Wide"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "_friends" ADD CONSTRAINT "_friends_B_fkey" FOREIGN KEY ("B") REFERENCES "Wide"("id") ON DELETE CASCADE ON UPDATE CASCADE;
